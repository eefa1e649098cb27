// SPDX-License-Identifier: Apache-2.0

/// SNS: standard topics, and their delivery to queues, functions and HTTP endpoints.
///
/// Source: Amazon SNS API Reference and Developer Guide.
@NullMarked
package io.fieldline.localstack.sns;

import org.jspecify.annotations.NullMarked;
