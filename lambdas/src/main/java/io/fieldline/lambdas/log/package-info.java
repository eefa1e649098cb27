// SPDX-License-Identifier: Apache-2.0

/// Log lines of functions: one JSON object a line, each with the request that it belongs to.
@NullMarked
package io.fieldline.lambdas.log;

import org.jspecify.annotations.NullMarked;
