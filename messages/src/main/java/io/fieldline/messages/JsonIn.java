// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Typed steps through a JSON text, whose errors name the place, what was expected and what came.
final class JsonIn implements AutoCloseable {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(400).build())
          .build();

  private final JsonParser parser;

  private JsonIn(JsonParser parser) {
    this.parser = parser;
  }

  /// What is done at a member's value or an element: read it, or leave it to be skipped.
  interface Visit {
    void at(String name) throws IOException;
  }

  /// What is made of a JSON text.
  interface Reader<T> {
    T read(JsonIn in) throws IOException;
  }

  static <T> T read(byte[] json, Reader<T> reader) throws MessageException {
    try (var in = new JsonIn(FACTORY.createParser(json))) {
      in.parser.nextToken();
      T value = reader.read(in);
      if (in.parser.nextToken() != null) {
        throw in.wrong("the end of the message");
      }
      return value;
    } catch (MessageException e) {
      throw e;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new MessageException(
          "expected JSON, got something else at byte %d: %s"
              .formatted(at == null ? 0 : at.getByteOffset(), e.getOriginalMessage()));
    } catch (IOException e) {
      throw new MessageException("expected JSON in UTF-8: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new MessageException(String.valueOf(e.getMessage()));
    }
  }

  /// Visits the members of the object here; a member that the visit does not read is skipped.
  void object(Visit visit) throws IOException {
    expect(JsonToken.START_OBJECT, "an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      var value = parser.nextToken();
      visit.at(name);
      if (parser.currentToken() == value) {
        parser.skipChildren();
      }
    }
  }

  /// Visits the elements of the array here.
  void array(Visit visit) throws IOException {
    expect(JsonToken.START_ARRAY, "an array");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      visit.at("");
    }
  }

  /// The numbers of an array of exactly two, the first one whole.
  TelemetryBatch.Row row() throws IOException {
    expect(JsonToken.START_ARRAY, "a row: an array of time delta and value");
    parser.nextToken();
    long deltaMs = whole();
    parser.nextToken();
    double value = number();
    if (parser.nextToken() != JsonToken.END_ARRAY) {
      throw wrong("the end of the row after time delta and value");
    }
    return new TelemetryBatch.Row(deltaMs, value);
  }

  String text() throws IOException {
    expect(JsonToken.VALUE_STRING, "a text");
    return parser.getText();
  }

  long whole() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw wrong("a whole number");
    }
    return parser.getLongValue();
  }

  double number() throws IOException {
    if (parser.currentToken() == null || !parser.currentToken().isNumeric()) {
      throw wrong("a number");
    }
    double value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw wrong("a finite number");
    }
    return value;
  }

  ActuatorValue actuatorValue() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> new ActuatorValue.Flag(true);
      case VALUE_FALSE -> new ActuatorValue.Flag(false);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          new ActuatorValue.Amount(parser.getDecimalValue());
      case VALUE_STRING -> new ActuatorValue.Text(parser.getText());
      case null, default -> throw wrong("true, false, a number or a text");
    };
  }

  /// The value here as a text of its own.
  byte[] raw() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = FACTORY.createGenerator(bytes)) {
      out.copyCurrentStructure(parser);
    }
    return bytes.toByteArray();
  }

  boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  <T> T required(@Nullable T value, String name) throws MessageException {
    if (value == null) {
      throw new MessageException("%s: expected a member '%s', got none".formatted(path(), name));
    }
    return value;
  }

  <E extends Enum<E>> E oneOf(Class<E> type) throws IOException {
    var text = text();
    for (var constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw wrong("one of " + java.util.List.of(type.getEnumConstants()));
  }

  MessageException wrong(String expected) throws IOException {
    return new MessageException(
        "%s: expected %s, got %s".formatted(path(), expected, shown(parser.currentToken())));
  }

  private void expect(JsonToken token, String expected) throws IOException {
    if (parser.currentToken() != token) {
      throw wrong(expected);
    }
  }

  private String path() {
    var path = parser.getParsingContext().pathAsPointer().toString();
    return path.isEmpty() ? "message" : path;
  }

  private String shown(@Nullable JsonToken token) throws IOException {
    if (token == null) {
      return "the end";
    }
    var text = token.isScalarValue() ? parser.getText() : token.name().toLowerCase(Locale.ROOT);
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
