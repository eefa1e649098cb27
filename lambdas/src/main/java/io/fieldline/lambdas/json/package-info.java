// SPDX-License-Identifier: Apache-2.0

/// JSON texts to trees and back, on a streaming parser.
@NullMarked
package io.fieldline.lambdas.json;

import org.jspecify.annotations.NullMarked;
