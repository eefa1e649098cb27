// SPDX-License-Identifier: Apache-2.0

/// How the pipeline itself is, as CloudWatch has measured it.
@NullMarked
package io.fieldline.lambdas.health;

import org.jspecify.annotations.NullMarked;
