// SPDX-License-Identifier: Apache-2.0

/// The cloud handlers, one package per function.
@NullMarked
package io.fieldline.lambdas;

import org.jspecify.annotations.NullMarked;
