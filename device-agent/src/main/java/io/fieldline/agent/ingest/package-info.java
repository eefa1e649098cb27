// SPDX-License-Identifier: Apache-2.0
/// Takes readings from sensors over TCP, HTTP and MQTT, from the machine itself and from a
/// simulator.
@NullMarked
package io.fieldline.agent.ingest;

import org.jspecify.annotations.NullMarked;
