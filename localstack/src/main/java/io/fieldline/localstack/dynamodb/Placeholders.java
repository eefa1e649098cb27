// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which are used.
final class Placeholders {
  private final Map<String, String> names;
  private final Map<String, AttributeValue> values = new HashMap<>();
  private final Set<String> used = new HashSet<>();

  Placeholders(Map<String, String> names, Map<String, AttributeValue> values) {
    this.names = names;
    values.forEach((name, value) -> this.values.put(name, Values.checked(value)));
  }

  String name(String kind, String placeholder) {
    String name = names.get(placeholder);
    if (name == null) {
      throw AwsFailure.validation(
          "Invalid "
              + kind
              + ": An expression attribute name used in the document path is not defined;"
              + " attribute name: "
              + placeholder);
    }
    used.add(placeholder);
    return name;
  }

  AttributeValue value(String kind, String placeholder) {
    AttributeValue value = values.get(placeholder);
    if (value == null) {
      throw AwsFailure.validation(
          "Invalid "
              + kind
              + ": An expression attribute value used in expression is not defined; attribute"
              + " value: "
              + placeholder);
    }
    used.add(placeholder);
    return value;
  }

  /// To be called once every expression of the request has been parsed.
  void checkAllUsed() {
    refuseUnused("ExpressionAttributeNames", names.keySet());
    refuseUnused("ExpressionAttributeValues", values.keySet());
  }

  private void refuseUnused(String parameter, Set<String> given) {
    if (used.containsAll(given)) {
      return;
    }
    var unused = new TreeSet<>(given);
    unused.removeAll(used);
    throw AwsFailure.validation(
        "Value provided in "
            + parameter
            + " unused in expressions: keys: {"
            + String.join(", ", unused)
            + "}");
  }
}
