// SPDX-License-Identifier: Apache-2.0

/// One program per question; results are kept under results/.
@NullMarked
package io.fieldline.benchmarks;

import org.jspecify.annotations.NullMarked;
