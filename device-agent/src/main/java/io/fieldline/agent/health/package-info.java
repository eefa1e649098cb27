// SPDX-License-Identifier: Apache-2.0
/// What the agent tells about itself: counters and a local page.
@NullMarked
package io.fieldline.agent.health;

import org.jspecify.annotations.NullMarked;
