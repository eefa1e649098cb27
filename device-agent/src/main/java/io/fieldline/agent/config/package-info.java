// SPDX-License-Identifier: Apache-2.0
/// The agent's configuration file: every key with its unit and default, refused with file, line and
/// column.
@NullMarked
package io.fieldline.agent.config;

import org.jspecify.annotations.NullMarked;
