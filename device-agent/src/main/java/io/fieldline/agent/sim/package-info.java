// SPDX-License-Identifier: Apache-2.0
/// A fleet of simulated devices in one process: each is a whole agent with a session of its own.
@NullMarked
package io.fieldline.agent.sim;

import org.jspecify.annotations.NullMarked;
