// SPDX-License-Identifier: Apache-2.0

/// Every key and attribute of both tables, spelled once.
@NullMarked
package io.fieldline.lambdas.tables;

import org.jspecify.annotations.NullMarked;
