// SPDX-License-Identifier: Apache-2.0

/// What the agent makes of readings before it keeps them: calibrated, in other units, fewer.
@NullMarked
package io.fieldline.agent.edge;

import org.jspecify.annotations.NullMarked;
