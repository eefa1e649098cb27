// SPDX-License-Identifier: Apache-2.0
/// Another version of the agent: fetched, checked, unpacked into a slot of its own, and tried.
@NullMarked
package io.fieldline.agent.update;

import org.jspecify.annotations.NullMarked;
