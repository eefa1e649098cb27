// SPDX-License-Identifier: Apache-2.0

/// Readings packed into items, and series made of them; knows nothing of AWS.
@NullMarked
package io.fieldline.lambdas.series;

import org.jspecify.annotations.NullMarked;
