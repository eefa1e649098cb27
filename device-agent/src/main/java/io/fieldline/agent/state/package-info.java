// SPDX-License-Identifier: Apache-2.0
/// Small things that the agent must still know after a kill at any moment: documents and files.
@NullMarked
package io.fieldline.agent.state;

import org.jspecify.annotations.NullMarked;
