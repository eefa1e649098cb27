// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Evaluates conditions and operands on an item. A condition on a missing attribute or on types
/// that do not fit is false, never an error.
final class Evaluation {
  private Evaluation() {}

  static boolean holds(Condition condition, Map<String, AttributeValue> item) {
    return switch (condition) {
      case Condition.And c -> holds(c.left(), item) && holds(c.right(), item);
      case Condition.Or c -> holds(c.left(), item) || holds(c.right(), item);
      case Condition.Not c -> !holds(c.condition(), item);
      case Condition.Compare c -> compare(c, item);
      case Condition.Between c -> {
        AttributeValue value = find(c.value(), item);
        yield order(value, find(c.low(), item)).orElse(-1) >= 0
            && order(value, find(c.high(), item)).orElse(1) <= 0;
      }
      case Condition.In c -> {
        AttributeValue value = find(c.value(), item);
        yield value != null && c.choices().stream().anyMatch(o -> value.equals(find(o, item)));
      }
      case Condition.Exists c -> c.path().in(item) != null;
      case Condition.NotExists c -> c.path().in(item) == null;
      case Condition.TypeIs c -> {
        AttributeValue value = c.path().in(item);
        yield value != null && Values.typeName(value).equals(c.type());
      }
      case Condition.BeginsWith c -> beginsWith(find(c.value(), item), find(c.prefix(), item));
      case Condition.Contains c -> contains(find(c.container(), item), find(c.element(), item));
    };
  }

  private static boolean compare(Condition.Compare c, Map<String, AttributeValue> item) {
    AttributeValue left = find(c.left(), item);
    AttributeValue right = find(c.right(), item);
    if (c.comparison() == Condition.Comparison.NE) {
      return left == null || !left.equals(right);
    }
    if (left == null || right == null) {
      return false;
    }
    if (c.comparison() == Condition.Comparison.EQ) {
      return left.equals(right);
    }
    OptionalInt order = Values.compare(left, right);
    if (order.isEmpty()) {
      return false;
    }
    int sign = order.getAsInt();
    return switch (c.comparison()) {
      case LT -> sign < 0;
      case LE -> sign <= 0;
      case GT -> sign > 0;
      case GE -> sign >= 0;
      case EQ, NE -> throw new IllegalStateException("decided above");
    };
  }

  private static OptionalInt order(@Nullable AttributeValue a, @Nullable AttributeValue b) {
    return a == null || b == null ? OptionalInt.empty() : Values.compare(a, b);
  }

  private static boolean beginsWith(
      @Nullable AttributeValue value, @Nullable AttributeValue prefix) {
    if (value == null || prefix == null || value.type() != prefix.type()) {
      return false;
    }
    return switch (value.type()) {
      case S -> value.s().startsWith(prefix.s());
      case B -> indexOf(value.b(), prefix.b()) == 0;
      default -> false;
    };
  }

  private static boolean contains(
      @Nullable AttributeValue container, @Nullable AttributeValue element) {
    if (container == null || element == null) {
      return false;
    }
    return switch (container.type()) {
      case S -> element.s() != null && container.s().contains(element.s());
      case B -> element.b() != null && indexOf(container.b(), element.b()) >= 0;
      case SS -> element.s() != null && container.ss().contains(element.s());
      case NS -> element.n() != null && container.ns().contains(element.n());
      case BS -> element.b() != null && container.bs().contains(element.b());
      case L -> container.l().contains(element);
      default -> false;
    };
  }

  private static int indexOf(SdkBytes in, SdkBytes part) {
    var latin1 = java.nio.charset.StandardCharsets.ISO_8859_1;
    return in.asString(latin1).indexOf(part.asString(latin1));
  }

  /// The value of an operand, or null where a path leads nowhere.
  static @Nullable AttributeValue find(Operand operand, Map<String, AttributeValue> item) {
    return switch (operand) {
      case Operand.At o -> o.path().in(item);
      case Operand.Literal o -> o.value();
      case Operand.Size o -> size(find(o.of(), item));
      case Operand.IfNotExists o -> {
        AttributeValue there = o.path().in(item);
        yield there != null ? there : find(o.otherwise(), item);
      }
      case Operand.ListAppend o -> append(need(o.first(), item), need(o.second(), item));
      case Operand.Sum o ->
          AttributeValue.fromN(
              Values.plain(number(need(o.left(), item)).add(number(need(o.right(), item)))));
      case Operand.Difference o ->
          AttributeValue.fromN(
              Values.plain(number(need(o.left(), item)).subtract(number(need(o.right(), item)))));
    };
  }

  /// The value of an operand of an update, which must be there.
  static AttributeValue need(Operand operand, Map<String, AttributeValue> item) {
    AttributeValue value = find(operand, item);
    if (value == null) {
      throw AwsFailure.validation(
          "The provided expression refers to an attribute that does not exist in the item");
    }
    return value;
  }

  private static AttributeValue append(AttributeValue first, AttributeValue second) {
    if (!first.hasL() || !second.hasL()) {
      throw wrongType();
    }
    var all = new ArrayList<>(first.l());
    all.addAll(second.l());
    return AttributeValue.fromL(all);
  }

  static BigDecimal number(AttributeValue value) {
    if (value.n() == null) {
      throw wrongType();
    }
    return new BigDecimal(value.n());
  }

  static AwsFailure wrongType() {
    return AwsFailure.validation("An operand in the update expression has an incorrect data type");
  }

  private static @Nullable AttributeValue size(@Nullable AttributeValue value) {
    if (value == null) {
      return null;
    }
    int size =
        switch (value.type()) {
          case S -> Values.utf8(value.s()).length;
          case B -> value.b().asByteArrayUnsafe().length;
          case SS -> value.ss().size();
          case NS -> value.ns().size();
          case BS -> value.bs().size();
          case M -> value.m().size();
          case L -> value.l().size();
          default -> -1;
        };
    return size < 0 ? null : AttributeValue.fromN(Integer.toString(size));
  }
}
