// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One action of an update expression.
sealed interface Change {
  Path path();

  record Set(Path path, Operand value) implements Change {}

  record Remove(Path path) implements Change {}

  record Add(Path path, AttributeValue value) implements Change {}

  record Delete(Path path, AttributeValue value) implements Change {}
}
