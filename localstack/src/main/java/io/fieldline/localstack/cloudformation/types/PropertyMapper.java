// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.AwsFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// Properties of a template to the SDK's request: the names are the same but for case, and text,
/// numbers and booleans may stand for one another, as in CloudFormation.
final class PropertyMapper {
  private PropertyMapper() {}

  /// Fills a request's builder from properties, and fails on one that the request does not have.
  ///
  /// @param except properties that the resource type sees to itself
  static <B extends SdkBuilder<B, T>, T> B fill(
      B builder, JsonNode properties, Set<String> except) {
    for (var entry : properties.properties()) {
      if (!except.contains(entry.getKey())) {
        set((SdkPojo) builder, entry.getKey(), entry.getValue(), entry.getKey());
      }
    }
    return builder;
  }

  static <B extends SdkBuilder<B, T>, T> B fill(B builder, JsonNode properties) {
    return fill(builder, properties, Set.of());
  }

  private static void set(SdkPojo builder, String name, JsonNode value, String path) {
    for (SdkField<?> field : builder.sdkFields()) {
      if (normal(field.memberName()).equals(normal(name))
          || normal(field.locationName()).equals(normal(name))) {
        field.set(builder, convert(field, value, path));
        return;
      }
    }
    throw AwsFailure.validationError("Encountered unsupported property " + path);
  }

  /// Names differ in case, and in AWS's own spelling of abbreviations.
  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  private static @Nullable Object convert(SdkField<?> field, JsonNode value, String path) {
    String kind = field.marshallingType().getTargetClass().getSimpleName();
    return switch (kind) {
      case "String" -> text(value);
      case "Integer" -> Integer.valueOf(text(value));
      case "Long" -> Long.valueOf(text(value));
      case "Short" -> Short.valueOf(text(value));
      case "Double" -> Double.valueOf(text(value));
      case "Float" -> Float.valueOf(text(value));
      case "BigDecimal" -> new java.math.BigDecimal(text(value));
      case "Boolean" -> Boolean.valueOf(text(value));
      case "Instant" -> instant(value);
      case "SdkBytes" -> SdkBytes.fromUtf8String(text(value));
      case "List" -> list(field, value, path);
      case "Map" -> map(field, value, path);
      case "SdkPojo" -> pojo(field, value, path);
      default ->
          throw AwsFailure.validationError("Property " + path + " has a type not known: " + kind);
    };
  }

  /// A time is seconds, or text.
  private static Instant instant(JsonNode value) {
    return text(value).matches("\\d+(\\.\\d+)?")
        ? Instant.ofEpochMilli((long) (Double.parseDouble(text(value)) * 1000))
        : Instant.parse(text(value));
  }

  private static List<Object> list(SdkField<?> field, JsonNode value, String path) {
    ListTrait trait = field.getTrait(ListTrait.class);
    var items = new ArrayList<Object>();
    Iterable<JsonNode> given = value.isArray() ? value : List.of(value);
    for (JsonNode item : given) {
      items.add(
          java.util.Objects.requireNonNull(
              convert(trait.memberFieldInfo(), item, path + "/" + items.size())));
    }
    return items;
  }

  private static Map<String, Object> map(SdkField<?> field, JsonNode value, String path) {
    MapTrait trait = field.getTrait(MapTrait.class);
    var entries = new LinkedHashMap<String, Object>();
    if (value.isArray()) {
      // Tags are a list of Key and Value in templates and a map in some services' requests.
      for (JsonNode tag : value) {
        entries.put(tag.path("Key").asText(), tag.path("Value").asText());
      }
      return entries;
    }
    for (var entry : value.properties()) {
      entries.put(
          entry.getKey(),
          java.util.Objects.requireNonNull(
              convert(trait.valueFieldInfo(), entry.getValue(), path + "/" + entry.getKey())));
    }
    return entries;
  }

  private static Object pojo(SdkField<?> field, JsonNode value, String path) {
    if (!value.isObject()) {
      throw AwsFailure.validationError("Property " + path + " must be an object, got " + value);
    }
    SdkPojo builder = field.constructor().get();
    for (var entry : value.properties()) {
      set(builder, entry.getKey(), entry.getValue(), path + "/" + entry.getKey());
    }
    return ((SdkBuilder<?, ?>) builder).build();
  }

  /// JSON in a property that a service takes as text, such as a policy document.
  static String text(JsonNode value) {
    return value.isContainerNode() ? value.toString() : value.asText();
  }
}
