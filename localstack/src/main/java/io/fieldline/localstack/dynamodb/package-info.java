// SPDX-License-Identifier: Apache-2.0

/// DynamoDB: an engine of our own over the SDK's types, durable in the stack's store.
@NullMarked
package io.fieldline.localstack.dynamodb;

import org.jspecify.annotations.NullMarked;
