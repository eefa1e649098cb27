// SPDX-License-Identifier: Apache-2.0

/// The function catalogue: one static method per documented function.
@NullMarked
package io.fieldline.iotsql.function;

import org.jspecify.annotations.NullMarked;
