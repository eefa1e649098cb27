// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.JsonValueTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// A REST request to a model object: path, query, headers and body.
final class RestReader {
  private RestReader() {}

  static void fill(
      SdkPojo builder, Routed routed, WireRequest request, byte[] body, JsonCodec json) {
    Optional<SdkField<?>> payload =
        builder.sdkFields().stream().filter(f -> f.containsTrait(PayloadTrait.class)).findFirst();
    boolean anyBody =
        builder.sdkFields().stream().anyMatch(f -> f.location() == MarshallLocation.PAYLOAD);
    if (payload.isPresent()) {
      if (body.length > 0) {
        Pojos.set(payload.get(), builder, payload(payload.get(), routed, body, json));
      }
    } else if (anyBody && body.length > 0) {
      if (routed.protocol() == Protocol.REST_XML) {
        XmlReader.fill(builder, XmlReader.parse(body));
      } else {
        json.fill(builder, json.parse(body));
      }
    }
    Map<String, List<String>> query = request.parameters();
    Set<String> known = knownParameters(builder);
    for (SdkField<?> field : builder.sdkFields()) {
      Object value = elsewhere(field, routed, request, query, known);
      if (value != null) {
        Pojos.set(field, builder, value);
      }
    }
  }

  private static Object payload(SdkField<?> field, Routed routed, byte[] body, JsonCodec json) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.SDK_BYTES) {
      return SdkBytes.fromByteArray(body);
    } else if (type == MarshallingType.STRING) {
      return new String(body, StandardCharsets.UTF_8);
    } else if (routed.protocol() == Protocol.REST_XML) {
      return XmlReader.value(field, XmlReader.parse(body));
    }
    return json.decode(field, json.parse(body));
  }

  private static Set<String> knownParameters(SdkPojo builder) {
    var known = new java.util.HashSet<String>();
    for (SdkField<?> field : builder.sdkFields()) {
      if (field.location() == MarshallLocation.QUERY_PARAM
          && field.marshallingType() != MarshallingType.MAP) {
        known.add(field.locationName());
      }
    }
    return known;
  }

  private static @Nullable Object elsewhere(
      SdkField<?> field,
      Routed routed,
      WireRequest request,
      Map<String, List<String>> query,
      Set<String> known) {
    return switch (field.location()) {
      case PATH, GREEDY_PATH -> {
        String text = routed.labels().get(field.locationName());
        yield text == null ? null : Scalars.parse(field, text, Format.ISO_8601);
      }
      case QUERY_PARAM -> parameter(field, query, known);
      case HEADER -> header(field, request);
      default -> null;
    };
  }

  private static @Nullable Object parameter(
      SdkField<?> field, Map<String, List<String>> query, Set<String> known) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.MAP) {
      var map = new LinkedHashMap<String, Object>();
      query.forEach((name, values) -> {
        if (!known.contains(name) && !name.toLowerCase(Locale.ROOT).startsWith("x-amz-")) {
          boolean many = Pojos.valueOf(field).marshallingType() == MarshallingType.LIST;
          map.put(name, many ? values : values.getFirst());
        }
      });
      return map.isEmpty() ? null : map;
    }
    List<String> values = query.get(field.locationName());
    if (values == null) {
      return null;
    }
    if (type == MarshallingType.LIST) {
      SdkField<?> member = Pojos.memberOf(field);
      return values.stream().map(v -> Scalars.parse(member, v, Format.ISO_8601)).toList();
    }
    return Scalars.parse(field, values.getFirst(), Format.ISO_8601);
  }

  private static @Nullable Object header(SdkField<?> field, WireRequest request) {
    if (field.marshallingType() == MarshallingType.MAP) {
      return prefixed(field.locationName().toLowerCase(Locale.ROOT), request);
    }
    Optional<String> text = request.header(field.locationName());
    if (text.isEmpty()) {
      return null;
    }
    if (field.marshallingType() == MarshallingType.LIST) {
      SdkField<?> member = Pojos.memberOf(field);
      var list = new ArrayList<Object>();
      for (String part : text.get().split(",")) {
        list.add(Scalars.parse(member, part.strip(), Format.RFC_822));
      }
      return list;
    }
    if (field.containsTrait(JsonValueTrait.class)) {
      return new String(Base64.getDecoder().decode(text.get()), StandardCharsets.UTF_8);
    }
    return Scalars.parse(field, text.get(), Format.RFC_822);
  }

  private static @Nullable Map<String, String> prefixed(String prefix, WireRequest request) {
    var map = new LinkedHashMap<String, String>();
    request
        .headers()
        .forEach((name, values) -> {
          if (name.startsWith(prefix)) {
            map.put(name.substring(prefix.length()), String.join(",", values));
          }
        });
    return map.isEmpty() ? null : map;
  }
}
