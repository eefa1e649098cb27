// SPDX-License-Identifier: Apache-2.0

/// Commands that nobody answered in time.
@NullMarked
package io.fieldline.lambdas.sweep;

import org.jspecify.annotations.NullMarked;
