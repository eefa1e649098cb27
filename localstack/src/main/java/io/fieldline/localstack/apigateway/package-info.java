// SPDX-License-Identifier: Apache-2.0

/// API Gateway: HTTP APIs, their control operations and the addresses at which they are invoked.
@NullMarked
package io.fieldline.localstack.apigateway;

import org.jspecify.annotations.NullMarked;
