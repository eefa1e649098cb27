// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// JSON text to `Map`, `List`, `String`, `Long`, `BigDecimal`, `Boolean` and [#NULL], and back
/// (`Integer` and `Double` too). Nesting, number length and duplicate names are bounded or refused.
public final class JsonText {
  /// The JSON null: collections hold no Java null.
  public static final Object NULL = Null.NULL;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(64).build())
          .build();

  private JsonText() {}

  /// The value of a JSON text.
  ///
  /// @throws JsonSyntaxException if the text is not one JSON value
  public static Object parse(String text) throws JsonSyntaxException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new JsonSyntaxException("a JSON value expected, got nothing");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new JsonSyntaxException(
            "one JSON value expected, more follows" + where(parser.currentTokenLocation()));
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new JsonSyntaxException(
          "JSON expected: " + e.getOriginalMessage() + where(e.getLocation()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String where(@Nullable JsonLocation location) {
    if (location == null) {
      return "";
    }
    String line = location.getLineNr() > 1 ? " at line " + location.getLineNr() + "," : " at";
    return line + " column " + location.getColumnNr();
  }

  /// The members of a JSON object.
  public static Map<String, Object> parseObject(String text) throws JsonSyntaxException {
    return object(parse(text))
        .orElseThrow(() -> new JsonSyntaxException("a JSON object expected, got another value"));
  }

  /// The value as an object's members, if it is one.
  public static Optional<Map<String, Object>> object(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return Optional.empty();
    }
    Map<String, Object> members = new LinkedHashMap<>();
    map.forEach((name, member) -> members.put((String) name, member));
    return Optional.of(members);
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, value(parser));
        }
        yield Collections.unmodifiableMap(members);
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser));
        }
        yield Collections.unmodifiableList(elements);
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? (Object) parser.getDecimalValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> NULL;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("unexpected token " + token);
    };
  }

  /// The shortest text of a value of the kinds above.
  public static String write(Object value) {
    var text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      write(value, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(Object value, JsonGenerator out) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> member : map.entrySet()) {
          out.writeFieldName((String) member.getKey());
          write(member.getValue(), out);
        }
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        for (Object element : list) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case String string -> out.writeString(string);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case BigDecimal number -> out.writeNumber(number);
      case Double number -> writeDouble(number, out);
      case Boolean truth -> out.writeBoolean(truth);
      case Null _ -> out.writeNull();
      default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
    }
  }

  private static void writeDouble(double number, JsonGenerator out) throws IOException {
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      out.writeNumber((long) number);
    } else {
      out.writeNumber(number);
    }
  }

  private enum Null {
    NULL
  }
}
