// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/// Structures of the SDK to JSON with the API's names and back, for keeping them.
final class SdkJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SdkJson() {}

  static ObjectNode write(SdkPojo pojo) {
    ObjectNode node = NODES.objectNode();
    for (SdkField<?> field : pojo.sdkFields()) {
      var value = field.getValueOrDefault(pojo);
      if (value != null
          && !(value instanceof software.amazon.awssdk.core.util.SdkAutoConstructList)) {
        node.set(field.locationName(), node(value));
      }
    }
    return node;
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case SdkPojo pojo -> write(pojo);
      case String text -> NODES.textNode(text);
      case Boolean bool -> NODES.booleanNode(bool);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case List<?> list -> {
        ArrayNode array = NODES.arrayNode();
        list.forEach(element -> array.add(node(element)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = NODES.objectNode();
        map.forEach((key, member) -> object.set(String.valueOf(key), node(member)));
        yield object;
      }
      default -> throw new IllegalArgumentException("cannot keep a " + value.getClass());
    };
  }

  /// Fills a builder of the SDK and builds it.
  static <T> T read(JsonNode node, SdkPojo builder, Class<T> type) {
    return type.cast(read(node, builder));
  }

  private static Object read(JsonNode node, SdkPojo builder) {
    for (SdkField<?> field : builder.sdkFields()) {
      var member = node.get(field.locationName());
      if (member != null && !member.isNull()) {
        field.set(builder, value(member, field));
      }
    }
    return ((Buildable) builder).build();
  }

  private static Object value(JsonNode node, SdkField<?> field) {
    var type = field.marshallingType();
    if (type == MarshallingType.STRING) {
      return node.textValue();
    }
    if (type == MarshallingType.BOOLEAN) {
      return node.booleanValue();
    }
    if (type == MarshallingType.INTEGER) {
      return node.intValue();
    }
    if (type == MarshallingType.LONG) {
      return node.longValue();
    }
    if (type == MarshallingType.SDK_POJO) {
      return read(node, field.constructor().get());
    }
    if (type == MarshallingType.LIST) {
      var element = field.getTrait(ListTrait.class).memberFieldInfo();
      List<Object> list = new ArrayList<>();
      node.forEach(item -> list.add(value(item, element)));
      return list;
    }
    if (type == MarshallingType.MAP) {
      var element = field.getTrait(MapTrait.class).valueFieldInfo();
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties().forEach(e -> map.put(e.getKey(), value(e.getValue(), element)));
      return map;
    }
    throw new IllegalArgumentException("cannot read a field of type " + type);
  }
}
