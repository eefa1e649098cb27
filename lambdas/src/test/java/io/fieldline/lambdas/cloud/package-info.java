// SPDX-License-Identifier: Apache-2.0

/// The local stack as the tests of the functions use it, and a way to invoke a function.
@NullMarked
package io.fieldline.lambdas.cloud;

import org.jspecify.annotations.NullMarked;
