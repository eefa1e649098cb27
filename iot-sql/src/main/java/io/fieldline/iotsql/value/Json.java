// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Decimal;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Null;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Raw;
import io.fieldline.iotsql.value.Value.Text;
import io.fieldline.iotsql.value.Value.Undefined;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// JSON documents to values and back. Of two equal keys the later wins (Assumed).
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /// Reads one document. In version 2016-03-23 a whole decimal (`10.0`) is read as Int.
  ///
  /// @throws IOException where the bytes hold no single JSON document
  public static Value read(byte[] bytes, SqlVersion version) throws IOException {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new IOException("expected a JSON document, got nothing");
      }
      var value = read(parser, first, version);
      if (parser.nextToken() != null) {
        throw new IOException("expected the end after the JSON document");
      }
      return value;
    }
  }

  /// Reads one document from text.
  public static Value read(String text, SqlVersion version) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), version);
  }

  /// The JSON text; members and elements that are `Undefined` are left out.
  public static String write(Value value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /// The JSON text in UTF-8.
  public static byte[] bytes(Value value) {
    var out = new ByteArrayOutputStream(256);
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      write(value, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static Value read(JsonParser parser, JsonToken token, SqlVersion version)
      throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser, version);
      case START_ARRAY -> array(parser, version);
      case VALUE_STRING -> new Text(parser.getText());
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_NUMBER_FLOAT -> version.number(Numbers.decimal(parser.getDecimalValue()));
      case VALUE_TRUE -> Value.TRUE;
      case VALUE_FALSE -> Value.FALSE;
      case VALUE_NULL -> Value.NULL;
      default -> throw new IOException("expected a JSON value, got " + token);
    };
  }

  private static Value whole(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? Numbers.whole(parser.getBigIntegerValue())
        : new Int(BigInteger.valueOf(parser.getLongValue()));
  }

  private static Value object(JsonParser parser, SqlVersion version) throws IOException {
    Map<String, Value> members = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      members.put(name, read(parser, parser.nextToken(), version));
    }
    return new Obj(members);
  }

  private static Value array(JsonParser parser, SqlVersion version) throws IOException {
    List<Value> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      elements.add(read(parser, token, version));
    }
    return new Array(elements);
  }

  private static void write(Value value, JsonGenerator out) throws IOException {
    switch (value) {
      case Int(var whole) when whole.bitLength() < 64 -> out.writeNumber(whole.longValue());
      case Int(var whole) -> out.writeNumber(whole);
      case Decimal(var decimal) -> out.writeNumber(decimal.toString());
      case Bool(var bool) -> out.writeBoolean(bool);
      case Text(var text) -> out.writeString(text);
      case Null _ -> out.writeNull();
      case Raw raw -> out.writeString(raw.text());
      case Undefined _ -> {}
      case Array(var elements) -> {
        out.writeStartArray();
        for (Value element : elements) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case Obj(var members) -> {
        out.writeStartObject();
        for (Map.Entry<String, Value> member : members.entrySet()) {
          if (!member.getValue().isUndefined()) {
            out.writeFieldName(member.getKey());
            write(member.getValue(), out);
          }
        }
        out.writeEndObject();
      }
    }
  }
}
