// SPDX-License-Identifier: Apache-2.0
/// What the agent does so that it takes little of the machine's memory.
@NullMarked
package io.fieldline.agent.memory;

import org.jspecify.annotations.NullMarked;
