// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.fieldline.localstack.api.AwsFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// Model objects as JSON or, by the mapper given, as CBOR.
final class JsonCodec {
  private static final System.Logger LOG = System.getLogger(JsonCodec.class.getName());
  private static final int MOST_TOLD = 1_000;
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private final ObjectMapper mapper;
  private final Format times;

  /// @param times the form of a time that its field does not tell
  JsonCodec(ObjectMapper mapper, Format times) {
    this.mapper = mapper;
    this.times = times;
  }

  JsonNode parse(byte[] body) {
    try {
      return body.length == 0 ? mapper.createObjectNode() : mapper.readTree(body);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new MalformedInput(
          "Could not parse request body into json: "
              + e.getOriginalMessage()
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sets the fields of the body's object; those of the path, query and headers are left alone.
  void fill(SdkPojo builder, JsonNode json) {
    if (!json.isObject()) {
      throw new MalformedInput("expected a JSON object, got " + json.getNodeType());
    }
    int known = 0;
    for (SdkField<?> field : builder.sdkFields()) {
      JsonNode value = json.get(field.locationName());
      known += value == null ? 0 : 1;
      if (field.location() == MarshallLocation.PAYLOAD && value != null && !value.isNull()) {
        Pojos.set(field, builder, decode(field, value));
      }
    }
    if (known < json.size()) {
      tellUnknown(builder, json);
    }
  }

  /// A client newer than the models may send what they do not know. AWS's services ignore such
  /// members, so a request is not refused for it; but what is not done is said, once each.
  private static void tellUnknown(SdkPojo builder, JsonNode json) {
    var names = builder.sdkFields().stream().map(SdkField::locationName).toList();
    Class<?> shape = builder.getClass().getEnclosingClass();
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      String name = member.getKey();
      String told = (shape == null ? builder.getClass() : shape).getSimpleName() + "." + name;
      if (!names.contains(name) && !name.equals("__type") && TOLD.size() < MOST_TOLD) {
        if (TOLD.add(told)) {
          LOG.log(
              System.Logger.Level.WARNING,
              "not known to this stack, and ignored: member={0}",
              told);
        }
      }
    }
  }

  Object decode(SdkField<?> field, JsonNode json) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.SDK_POJO) {
      SdkPojo nested = field.constructor().get();
      fill(nested, json);
      return Pojos.build(nested);
    } else if (type == MarshallingType.LIST) {
      return list(field, json);
    } else if (type == MarshallingType.MAP) {
      return map(field, json);
    } else if (type == MarshallingType.SDK_BYTES) {
      return bytes(field, json);
    } else if (type == MarshallingType.INSTANT && json.isNumber()) {
      return Scalars.format(field, times) == Format.UNIX_TIMESTAMP_MILLIS
          ? Instant.ofEpochMilli(json.longValue())
          : Scalars.seconds(json.decimalValue().toPlainString());
    } else if (json.isContainerNode()) {
      throw wrong(field, type.getTargetClass().getSimpleName(), json);
    }
    return scalar(field, json);
  }

  private static Object scalar(SdkField<?> field, JsonNode json) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.STRING && !json.isTextual()) {
      throw wrong(field, "String", json);
    }
    if (type == MarshallingType.BOOLEAN && !json.isBoolean()) {
      throw wrong(field, "Boolean", json);
    }
    if (json.isNumber() && type != MarshallingType.BOOLEAN) {
      return number(field, json);
    }
    return Scalars.parse(field, json.asText(), Format.ISO_8601);
  }

  private static Object number(SdkField<?> field, JsonNode json) {
    BigDecimal value = json.decimalValue();
    MarshallingType<?> type = field.marshallingType();
    boolean whole =
        type == MarshallingType.INTEGER
            || type == MarshallingType.LONG
            || type == MarshallingType.SHORT;
    String text =
        whole && value.stripTrailingZeros().scale() <= 0
            ? value.toBigInteger().toString()
            : json.asText();
    return Scalars.parse(field, text, Format.UNIX_TIMESTAMP);
  }

  private List<Object> list(SdkField<?> field, JsonNode json) {
    if (!json.isArray()) {
      throw wrong(field, "List", json);
    }
    var list = new ArrayList<Object>();
    for (JsonNode member : json) {
      if (!member.isNull()) {
        list.add(decode(Pojos.memberOf(field), member));
      }
    }
    return list;
  }

  private Map<String, Object> map(SdkField<?> field, JsonNode json) {
    if (!json.isObject()) {
      throw wrong(field, "Map", json);
    }
    var map = new LinkedHashMap<String, Object>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!entry.getValue().isNull()) {
        map.put(entry.getKey(), decode(Pojos.valueOf(field), entry.getValue()));
      }
    }
    return map;
  }

  private static SdkBytes bytes(SdkField<?> field, JsonNode json) {
    try {
      return SdkBytes.fromByteArray(
          json.isBinary() ? json.binaryValue() : Base64.getDecoder().decode(json.asText()));
    } catch (IllegalArgumentException | IOException e) {
      throw wrong(field, "base64", json);
    }
  }

  private static MalformedInput wrong(SdkField<?> field, String expected, JsonNode got) {
    String text = got.toString();
    return new MalformedInput(
        "'"
            + field.memberName()
            + "': expected "
            + expected
            + ", got "
            + (text.length() > 80 ? text.substring(0, 80) + "…" : text));
  }

  /// The members of a response that go into its body.
  byte[] write(SdkPojo pojo) {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator json = mapper.createGenerator(out)) {
      encode(json, pojo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// The body of an error: its type, message and further members.
  byte[] error(AwsFailure failure, String type) {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator json = mapper.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("__type", type);
      json.writeStringField("message", failure.message());
      for (Map.Entry<String, Object> member : failure.fields().entrySet()) {
        json.writeFieldName(member.getKey());
        free(json, member.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void free(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case SdkPojo pojo -> encode(json, pojo);
      case List<?> list -> {
        json.writeStartArray();
        for (Object member : list) {
          free(json, member);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : map.entrySet()) {
          json.writeFieldName(String.valueOf(member.getKey()));
          free(json, member.getValue());
        }
        json.writeEndObject();
      }
      case Number number -> json.writeNumber(new BigDecimal(number.toString()));
      case Boolean flag -> json.writeBoolean(flag);
      default -> json.writeString(value.toString());
    }
  }

  void encode(JsonGenerator json, SdkPojo pojo) throws IOException {
    json.writeStartObject();
    for (SdkField<?> field : pojo.sdkFields()) {
      Object value = field.getValueOrDefault(pojo);
      if (field.location() == MarshallLocation.PAYLOAD && Scalars.isSet(value)) {
        json.writeFieldName(field.unmarshallLocationName());
        encode(json, field, value);
      }
    }
    json.writeEndObject();
  }

  private void encode(JsonGenerator json, SdkField<?> field, Object value) throws IOException {
    switch (value) {
      case SdkPojo pojo -> encode(json, pojo);
      case List<?> list -> {
        json.writeStartArray();
        for (Object member : list) {
          encode(json, Pojos.memberOf(field), member);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName(entry.getKey().toString());
          encode(json, Pojos.valueOf(field), entry.getValue());
        }
        json.writeEndObject();
      }
      case SdkBytes bytes -> json.writeBinary(bytes.asByteArray());
      case Instant instant -> instant(json, field, instant);
      case Boolean flag -> json.writeBoolean(flag);
      case Integer n -> json.writeNumber(n);
      case Long n -> json.writeNumber(n);
      case Short n -> json.writeNumber(n);
      case Double n -> json.writeNumber(n);
      case Float n -> json.writeNumber(n);
      case BigDecimal n -> json.writeNumber(n);
      default -> json.writeString(value.toString());
    }
  }

  private void instant(JsonGenerator json, SdkField<?> field, Instant instant) throws IOException {
    if (json instanceof CBORGenerator cbor) {
      cbor.writeTag(1);
      if (times == Format.UNIX_TIMESTAMP_MILLIS) {
        cbor.writeNumber(instant.toEpochMilli());
      } else {
        cbor.writeNumber(instant.toEpochMilli() / 1000.0);
      }
      return;
    }
    Format format = Scalars.format(field, times);
    switch (format) {
      case UNIX_TIMESTAMP -> json.writeNumber(BigDecimal.valueOf(instant.toEpochMilli(), 3));
      case UNIX_TIMESTAMP_MILLIS -> json.writeNumber(instant.toEpochMilli());
      case ISO_8601, RFC_822 -> json.writeString(Scalars.print(instant, format));
    }
  }
}
