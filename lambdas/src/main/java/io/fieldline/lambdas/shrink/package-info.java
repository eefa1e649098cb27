// SPDX-License-Identifier: Apache-2.0

/// For the build alone: of the SDK's jars what the functions can reach, so that their zips are
/// small.
@NullMarked
package io.fieldline.lambdas.shrink;

import org.jspecify.annotations.NullMarked;
