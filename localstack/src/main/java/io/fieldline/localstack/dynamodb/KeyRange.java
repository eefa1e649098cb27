// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.dynamodb.TableRecord.KeyNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The keys that a key condition picks: from {@code low}, before {@code high}.
record KeyRange(AttributeValue hash, String low, String high) {
  static KeyRange of(Condition condition, KeyNames key, Map<String, String> types) {
    var clauses = new ArrayList<Condition>();
    flatten(condition, clauses);
    AttributeValue hash = null;
    Condition range = null;
    for (Condition clause : clauses) {
      String name = attribute(clause);
      if (name.equals(key.hash()) && hash == null) {
        hash = equalTo(clause);
      } else if (name.equals(key.range()) && range == null) {
        range = clause;
      } else if (name.equals(key.hash()) || name.equals(key.range())) {
        throw AwsFailure.validation(
            "KeyConditionExpressions must only contain one condition per key");
      } else {
        throw AwsFailure.validation(
            "Query condition missed key schema element: "
                + (hash == null || key.range() == null ? key.hash() : key.range()));
      }
    }
    if (hash == null) {
      throw AwsFailure.validation("Query condition missed key schema element: " + key.hash());
    }
    checkType(hash, types.get(key.hash()));
    String prefix = KeyCodec.part(hash) + KeyCodec.END;
    return range == null
        ? new KeyRange(hash, prefix, prefix + KeyCodec.MAX)
        : bounded(hash, prefix, range, types.get(key.range()));
  }

  private static void flatten(Condition condition, List<Condition> into) {
    if (condition instanceof Condition.And(Condition left, Condition right)) {
      flatten(left, into);
      flatten(right, into);
    } else {
      into.add(condition);
    }
  }

  private static AwsFailure unsupported(String what) {
    return AwsFailure.validation("Invalid operator used in KeyConditionExpression: " + what);
  }

  private static String attribute(Condition clause) {
    Operand operand =
        switch (clause) {
          case Condition.Compare c -> c.left();
          case Condition.Between c -> c.value();
          case Condition.BeginsWith c -> c.value();
          case Condition.Or _ -> throw unsupported("OR");
          case Condition.Not _ -> throw unsupported("NOT");
          case Condition.In _ -> throw unsupported("IN");
          case Condition.Exists _ -> throw unsupported("attribute_exists");
          case Condition.NotExists _ -> throw unsupported("attribute_not_exists");
          case Condition.TypeIs _ -> throw unsupported("attribute_type");
          case Condition.Contains _ -> throw unsupported("contains");
          case Condition.And _ -> throw new IllegalStateException("flattened before");
        };
    if (operand instanceof Operand.At(Path path) && path.isTop()) {
      return path.top();
    }
    throw AwsFailure.validation(
        "Invalid condition in KeyConditionExpression: a condition must be on a key attribute");
  }

  private static AttributeValue equalTo(Condition clause) {
    if (clause instanceof Condition.Compare c && c.comparison() == Condition.Comparison.EQ) {
      return literal(c.right());
    }
    throw AwsFailure.validation("Query key condition not supported");
  }

  private static AttributeValue literal(Operand operand) {
    if (operand instanceof Operand.Literal(AttributeValue value)) {
      return value;
    }
    throw AwsFailure.validation(
        "Invalid KeyConditionExpression: a key must be compared with a value");
  }

  private static void checkType(AttributeValue value, @Nullable String type) {
    if (!Values.typeName(value).equals(type)) {
      throw AwsFailure.validation(
          "One or more parameter values were invalid: Condition parameter type does not match"
              + " schema type");
    }
  }

  private static KeyRange bounded(
      AttributeValue hash, String prefix, Condition range, @Nullable String type) {
    return switch (range) {
      case Condition.Compare c -> {
        AttributeValue value = literal(c.right());
        checkType(value, type);
        String at = prefix + KeyCodec.part(value) + KeyCodec.END;
        String past = at + KeyCodec.MAX;
        String end = prefix + KeyCodec.MAX;
        yield switch (c.comparison()) {
          case EQ -> new KeyRange(hash, at, past);
          case LT -> new KeyRange(hash, prefix, at);
          case LE -> new KeyRange(hash, prefix, past);
          case GT -> new KeyRange(hash, past, end);
          case GE -> new KeyRange(hash, at, end);
          case NE -> throw unsupported("<>");
        };
      }
      case Condition.Between b -> {
        AttributeValue low = literal(b.low());
        AttributeValue high = literal(b.high());
        checkType(low, type);
        checkType(high, type);
        yield new KeyRange(
            hash,
            prefix + KeyCodec.part(low) + KeyCodec.END,
            prefix + KeyCodec.part(high) + KeyCodec.END + KeyCodec.MAX);
      }
      case Condition.BeginsWith b -> {
        AttributeValue start = literal(b.prefix());
        checkType(start, type);
        if (start.n() != null) {
          throw unsupported("begins_with on a number");
        }
        String at = prefix + KeyCodec.part(start);
        yield new KeyRange(hash, at, at + KeyCodec.MAX);
      }
      default -> throw AwsFailure.validation("Query key condition not supported");
    };
  }
}
