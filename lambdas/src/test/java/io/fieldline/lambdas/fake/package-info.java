// SPDX-License-Identifier: Apache-2.0

/// AWS services in memory, as far as the functions use them.
@NullMarked
package io.fieldline.lambdas.fake;

import org.jspecify.annotations.NullMarked;
