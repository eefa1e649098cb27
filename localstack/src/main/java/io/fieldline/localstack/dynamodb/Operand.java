// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What an expression computes with.
sealed interface Operand {
  record At(Path path) implements Operand {}

  record Literal(AttributeValue value) implements Operand {}

  record Size(Operand of) implements Operand {}

  record IfNotExists(Path path, Operand otherwise) implements Operand {}

  record ListAppend(Operand first, Operand second) implements Operand {}

  record Sum(Operand left, Operand right) implements Operand {}

  record Difference(Operand left, Operand right) implements Operand {}
}
