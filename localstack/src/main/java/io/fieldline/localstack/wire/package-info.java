// SPDX-License-Identifier: Apache-2.0

/// AWS's wire protocols: HTTP to the SDK's request, and the SDK's response to HTTP, driven by one
/// table per service.
@NullMarked
package io.fieldline.localstack.wire;

import org.jspecify.annotations.NullMarked;
