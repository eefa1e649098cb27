// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The messages of `google.protobuf` that have a form of their own in JSON. Source: Protocol
/// Buffers documentation, "ProtoJSON Format".
final class WellKnownTypes {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  private WellKnownTypes() {}

  /// How a message of that type, decoded to these members, is shown.
  static Value shown(String type, Map<String, Value> members) {
    return switch (type) {
      case ".google.protobuf.Timestamp" -> timestamp(members);
      case ".google.protobuf.Duration" -> duration(members);
      case ".google.protobuf.DoubleValue",
          ".google.protobuf.FloatValue",
          ".google.protobuf.Int32Value",
          ".google.protobuf.UInt32Value" ->
          members.getOrDefault("value", Int.of(0));
      case ".google.protobuf.Int64Value", ".google.protobuf.UInt64Value" ->
          members.getOrDefault("value", new Text("0"));
      case ".google.protobuf.BoolValue" -> members.getOrDefault("value", Value.FALSE);
      case ".google.protobuf.StringValue", ".google.protobuf.BytesValue" ->
          members.getOrDefault("value", new Text(""));
      case ".google.protobuf.Struct" -> members.getOrDefault("fields", new Obj(Map.of()));
      case ".google.protobuf.ListValue" -> members.getOrDefault("values", new Array(List.of()));
      case ".google.protobuf.Value" -> members.values().stream().findFirst().orElse(Value.NULL);
      case ".google.protobuf.FieldMask" -> new Text(paths(members.get("paths")));
      case ".google.protobuf.Any" ->
          throw new MalformedProtobuf("google.protobuf.Any is not supported");
      default -> new Obj(members);
    };
  }

  private static Value timestamp(Map<String, Value> members) {
    long nanos = whole(members, "nanos");
    try {
      var time = Instant.ofEpochSecond(whole(members, "seconds"));
      return new Text(SECONDS.format(time) + fraction(nanos) + "Z");
    } catch (DateTimeException e) {
      throw new MalformedProtobuf("a Timestamp is out of range");
    }
  }

  private static Value duration(Map<String, Value> members) {
    long seconds = whole(members, "seconds");
    long nanos = whole(members, "nanos");
    var sign = seconds < 0 || nanos < 0 ? "-" : "";
    return new Text(sign + Math.abs(seconds) + fraction(Math.abs(nanos)) + "s");
  }

  /// None, 3, 6 or 9 digits, as needed.
  private static String fraction(long nanos) {
    if (nanos < 0 || nanos >= NANOS.longValueExact()) {
      throw new MalformedProtobuf("nanos out of range: " + nanos);
    }
    int digits = nanos == 0 ? 0 : nanos % 1_000_000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;
    return digits == 0 ? "" : "." + String.format(Locale.ROOT, "%09d", nanos).substring(0, digits);
  }

  private static long whole(Map<String, Value> members, String name) {
    return Conversions.number(members.getOrDefault(name, Int.of(0)))
        .map(BigDecimal::longValueExact)
        .orElse(0L);
  }

  private static String paths(@org.jspecify.annotations.Nullable Value value) {
    return value instanceof Array(var elements)
        ? elements.stream()
            .map(path -> DescriptorReader.lowerCamelCase(Conversions.text(path).orElse("")))
            .collect(Collectors.joining(","))
        : "";
  }
}
