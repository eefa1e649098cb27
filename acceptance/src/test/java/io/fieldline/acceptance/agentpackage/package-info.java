// SPDX-License-Identifier: Apache-2.0
/// The agent as it is installed: its package, by the real dpkg.
@NullMarked
package io.fieldline.acceptance.agentpackage;

import org.jspecify.annotations.NullMarked;
