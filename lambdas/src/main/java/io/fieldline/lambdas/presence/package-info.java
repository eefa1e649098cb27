// SPDX-License-Identifier: Apache-2.0

/// Which devices are connected, from the lifecycle events of AWS IoT.
@NullMarked
package io.fieldline.lambdas.presence;

import org.jspecify.annotations.NullMarked;
