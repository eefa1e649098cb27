// SPDX-License-Identifier: Apache-2.0

/// What admins do with devices themselves: which may be provisioned, and which go.
@NullMarked
package io.fieldline.lambdas.fleet;

import org.jspecify.annotations.NullMarked;
