// SPDX-License-Identifier: Apache-2.0

/// What became of commands, from the shadow's reports.
@NullMarked
package io.fieldline.lambdas.outcome;

import org.jspecify.annotations.NullMarked;
