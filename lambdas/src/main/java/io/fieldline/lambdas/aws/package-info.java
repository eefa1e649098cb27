// SPDX-License-Identifier: Apache-2.0

/// Clients of AWS services as every function makes them, and the environment of a function.
@NullMarked
package io.fieldline.lambdas.aws;

import org.jspecify.annotations.NullMarked;
