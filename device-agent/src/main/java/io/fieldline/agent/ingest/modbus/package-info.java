// SPDX-License-Identifier: Apache-2.0
/// Reads the registers of Modbus devices, over TCP and serial lines.
@NullMarked
package io.fieldline.agent.ingest.modbus;

import org.jspecify.annotations.NullMarked;
