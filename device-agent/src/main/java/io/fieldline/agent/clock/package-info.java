// SPDX-License-Identifier: Apache-2.0
/// What time it is, on a machine that may not know yet.
@NullMarked
package io.fieldline.agent.clock;

import org.jspecify.annotations.NullMarked;
