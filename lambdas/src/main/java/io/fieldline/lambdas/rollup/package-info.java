// SPDX-License-Identifier: Apache-2.0

/// Closed hours and days, merged.
@NullMarked
package io.fieldline.lambdas.rollup;

import org.jspecify.annotations.NullMarked;
