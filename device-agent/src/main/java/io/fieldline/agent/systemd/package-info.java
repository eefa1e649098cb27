// SPDX-License-Identifier: Apache-2.0
/// What the agent tells the service manager: ready, alive, how it is, that it stops.
@NullMarked
package io.fieldline.agent.systemd;

import org.jspecify.annotations.NullMarked;
