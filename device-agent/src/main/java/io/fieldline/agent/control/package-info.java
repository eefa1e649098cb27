// SPDX-License-Identifier: Apache-2.0
/// `agentctl`: a person at the device asks the running agent, over a Unix socket.
@NullMarked
package io.fieldline.agent.control;

import org.jspecify.annotations.NullMarked;
