// SPDX-License-Identifier: Apache-2.0
/// The fault matrix: what may go wrong around an agent, each time with an audit of every number
/// that a sensor was told is safe.
@NullMarked
package io.fieldline.agent.faults;

import org.jspecify.annotations.NullMarked;
