// SPDX-License-Identifier: Apache-2.0

/// Requests and answers of the HTTP API, payload format 2.0.
@NullMarked
package io.fieldline.lambdas.api;

import org.jspecify.annotations.NullMarked;
