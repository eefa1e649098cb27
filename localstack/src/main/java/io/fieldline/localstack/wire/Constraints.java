// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.AwsFailure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/// Checks a request against its table in the words of AWS.
final class Constraints {
  private static final Map<String, Optional<Pattern>> PATTERNS = new ConcurrentHashMap<>();
  private static final int MOST_REPORTED = 10;

  private final ServiceTable service;
  private final List<String> problems = new ArrayList<>();

  private Constraints(ServiceTable service) {
    this.service = service;
  }

  static void check(OperationWire operation, SdkPojo request) {
    if (operation.input().isEmpty()) {
      return;
    }
    var constraints = new Constraints(operation.service());
    constraints.structure(operation.input(), "", request);
    List<String> problems = constraints.problems;
    if (!problems.isEmpty()) {
      throw new AwsFailure(
          code(operation.service().name()),
          400,
          problems.size()
              + (problems.size() == 1 ? " validation error" : " validation errors")
              + " detected: "
              + String.join("; ", problems));
    }
  }

  private static String code(String service) {
    return switch (service) {
      case "iot", "iot-data" -> "InvalidRequestException";
      case "sts", "iam", "cloudformation", "cloudwatch" -> "ValidationError";
      case "sns" -> "InvalidParameter";
      case "sqs" -> "InvalidParameterValue";
      case "cognito-idp", "ecr", "budgets" -> "InvalidParameterException";
      case "logs" -> "InvalidParameterException";
      default -> "ValidationException";
    };
  }

  private void structure(String shapeName, String path, SdkPojo pojo) {
    JsonNode shape = service.shape(shapeName);
    if (shape == null) {
      return;
    }
    JsonNode members = shape.path("members");
    var required = new ArrayList<String>();
    shape.path("required").forEach(r -> required.add(r.asText()));
    for (SdkField<?> field : pojo.sdkFields()) {
      String name = field.memberName();
      Object value = field.getValueOrDefault(pojo);
      String at = path.isEmpty() ? lowerFirst(name) : path + "." + lowerFirst(name);
      if (!Scalars.isSet(value)) {
        if (required.contains(name)) {
          problem("null", at, "Member must not be null");
        }
      } else if (members.has(name)) {
        value(members.get(name).asText(), at, value);
      }
    }
  }

  private static String lowerFirst(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private void value(String shapeName, String path, @Nullable Object value) {
    JsonNode shape = service.shape(shapeName);
    if (shape == null || value == null || problems.size() >= MOST_REPORTED) {
      return;
    }
    switch (value) {
      case SdkPojo pojo -> structure(shapeName, path, pojo);
      case List<?> list -> {
        size(shape, path, value, list.size());
        if (shape.has("member")) {
          for (int i = 0; i < list.size(); i++) {
            value(shape.get("member").asText(), path + "." + (i + 1) + ".member", list.get(i));
          }
        }
      }
      case Map<?, ?> map -> {
        size(shape, path, value, map.size());
        map.forEach((k, v) -> entry(shape, path, k.toString(), v));
      }
      case SdkBytes bytes -> size(shape, path, "", bytes.asByteArrayUnsafe().length);
      case Number number -> range(shape, path, new BigDecimal(number.toString()));
      default -> text(shape, path, value.toString());
    }
  }

  private void entry(JsonNode shape, String path, String key, Object value) {
    if (shape.has("key")) {
      value(shape.get("key").asText(), path, key);
    }
    if (shape.has("value")) {
      value(shape.get("value").asText(), path + "." + key + ".member", value);
    }
  }

  private void size(JsonNode shape, String path, Object value, int size) {
    if (shape.has("min") && size < shape.get("min").asLong()) {
      problem(value, path, "Member must have length greater than or equal to " + shape.get("min"));
    }
    if (shape.has("max") && size > shape.get("max").asLong()) {
      problem(value, path, "Member must have length less than or equal to " + shape.get("max"));
    }
  }

  private void range(JsonNode shape, String path, BigDecimal value) {
    if (shape.has("min") && value.compareTo(shape.get("min").decimalValue()) < 0) {
      problem(value, path, "Member must have value greater than or equal to " + shape.get("min"));
    }
    if (shape.has("max") && value.compareTo(shape.get("max").decimalValue()) > 0) {
      problem(value, path, "Member must have value less than or equal to " + shape.get("max"));
    }
  }

  private void text(JsonNode shape, String path, String text) {
    if (shape.has("enum")) {
      var known = new ArrayList<String>();
      shape.get("enum").forEach(e -> known.add(e.asText()));
      if (!known.contains(text)) {
        problem(text, path, "Member must satisfy enum value set: " + known);
      }
      return;
    }
    size(shape, path, text, text.codePointCount(0, text.length()));
    if (shape.has("pattern")) {
      String regex = shape.get("pattern").asText();
      Optional<Pattern> pattern = PATTERNS.computeIfAbsent(regex, Constraints::compile);
      if (pattern.isPresent() && !pattern.get().matcher(text).matches()) {
        problem(text, path, "Member must satisfy regular expression pattern: " + regex);
      }
    }
  }

  /// A few patterns are in a dialect that Java does not read; those are not checked.
  private static Optional<Pattern> compile(String regex) {
    try {
      return Optional.of(Pattern.compile(regex));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private void problem(Object value, String path, String constraint) {
    String shown = value.equals("null") ? "Value null" : "Value '" + value + "'";
    problems.add(shown + " at '" + path + "' failed to satisfy constraint: " + constraint);
  }
}
