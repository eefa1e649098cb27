// SPDX-License-Identifier: Apache-2.0

/// What the app reads.
@NullMarked
package io.fieldline.lambdas.query;

import org.jspecify.annotations.NullMarked;
