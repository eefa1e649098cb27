// SPDX-License-Identifier: Apache-2.0

/// Text of a rule statement to its sealed tree, and the tree back to text.
@NullMarked
package io.fieldline.iotsql.syntax;

import org.jspecify.annotations.NullMarked;
