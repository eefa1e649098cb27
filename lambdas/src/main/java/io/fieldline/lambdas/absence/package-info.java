// SPDX-License-Identifier: Apache-2.0

/// Devices and sensors of which nothing comes any more.
@NullMarked
package io.fieldline.lambdas.absence;

import org.jspecify.annotations.NullMarked;
