// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.fieldline.messages.MessageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The members of a JSON object: text, `Boolean`, `Long`, `BigDecimal`, `List`, `Map`; a member
/// that is null is absent. What is not as asked for is an error that names the place.
public final class JsonObject {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(64).maxNumberLength(400).build())
          .build();

  private final String path;
  private final Map<String, Object> members;

  private JsonObject(String path, Map<String, Object> members) {
    this.path = path;
    this.members = members;
  }

  /// The object of these members.
  public static JsonObject of(Map<String, Object> members) {
    return new JsonObject("", members);
  }

  /// The object of a JSON text.
  public static JsonObject parse(String json) throws MessageException {
    return parse(json.getBytes(StandardCharsets.UTF_8));
  }

  /// The object of a JSON text in UTF-8.
  public static JsonObject parse(byte[] json) throws MessageException {
    try (var parser = FACTORY.createParser(json)) {
      return parse(parser);
    } catch (MessageException e) {
      throw e;
    } catch (IOException e) {
      throw syntax(e);
    }
  }

  /// The object that a stream holds.
  public static JsonObject parse(InputStream json) throws IOException {
    return parse(json.readAllBytes());
  }

  private static MessageException syntax(IOException e) {
    return new MessageException(
        "expected JSON: "
            + (e instanceof JsonProcessingException json
                ? json.getOriginalMessage()
                : e.getMessage()));
  }

  private static JsonObject parse(JsonParser parser) throws IOException {
    parser.nextToken();
    var value = value(parser);
    if (parser.nextToken() != null) {
      throw new MessageException("expected the end of the text after the JSON value, more follows");
    }
    return object("message", value);
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var members = new LinkedHashMap<String, Object>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          var name = parser.currentName();
          parser.nextToken();
          var member = value(parser);
          if (member != null) {
            members.put(name, member);
          }
        }
        yield members;
      }
      case START_ARRAY -> {
        var elements = new ArrayList<Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          var element = value(parser);
          elements.add(element == null ? Optional.empty() : element);
        }
        yield elements;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? parser.getDecimalValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case null, default -> throw new MessageException("expected a JSON value, got nothing");
    };
  }

  private static JsonObject object(String path, @Nullable Object value) throws MessageException {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(path, "an object", value);
    }
    var members = new LinkedHashMap<String, Object>();
    map.forEach((name, member) -> members.put((String) name, member));
    return new JsonObject(path, members);
  }

  private static MessageException wrong(String path, String expected, @Nullable Object got) {
    var text = got == null ? "nothing" : String.valueOf(got);
    return new MessageException(
        "%s: expected %s, got %s"
            .formatted(path, expected, text.length() <= 80 ? text : text.substring(0, 80) + "…"));
  }

  /// The members.
  public Map<String, Object> members() {
    return members;
  }

  /// This object, if it has no member beside these: one that is spelled wrong is not passed over.
  public JsonObject only(String... names) throws MessageException {
    for (var name : members.keySet()) {
      if (!List.of(names).contains(name)) {
        throw new MessageException(
            at(name) + ": not known; known: " + String.join(", ", List.of(names)));
      }
    }
    return this;
  }

  /// Whether there is such a member.
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /// A member that is a text.
  public String text(String name) throws MessageException {
    if (members.get(name) instanceof String text) {
      return text;
    }
    throw wrong(at(name), "a text", members.get(name));
  }

  /// A member that is a text, if it is there.
  public Optional<String> optionalText(String name) throws MessageException {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /// A member that is a whole number.
  public long whole(String name) throws MessageException {
    if (members.get(name) instanceof Long number) {
      return number;
    }
    throw wrong(at(name), "a whole number", members.get(name));
  }

  /// A member that is a whole number of a range, if it is there.
  public Optional<Long> optionalWhole(String name, long least, long most) throws MessageException {
    if (!has(name)) {
      return Optional.empty();
    }
    if (members.get(name) instanceof Long number && number >= least && number <= most) {
      return Optional.of(number);
    }
    throw wrong(at(name), "a whole number from " + least + " to " + most, members.get(name));
  }

  /// A member that is true or false; false if it is not there.
  public boolean flag(String name) throws MessageException {
    var value = members.getOrDefault(name, false);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(at(name), "true or false", value);
  }

  /// A member that is an object.
  public JsonObject object(String name) throws MessageException {
    return object(at(name), members.get(name));
  }

  /// A member that is an object, an empty one if it is not there.
  public JsonObject optionalObject(String name) throws MessageException {
    return has(name) ? object(name) : new JsonObject(at(name), Map.of());
  }

  /// A member that is an array of texts; an empty one if it is not there.
  public List<String> texts(String name) throws MessageException {
    if (!has(name)) {
      return List.of();
    }
    if (!(members.get(name) instanceof List<?> list)) {
      throw wrong(at(name), "an array of texts", members.get(name));
    }
    var texts = new ArrayList<String>();
    for (var element : list) {
      if (!(element instanceof String text)) {
        throw wrong(at(name) + "/" + texts.size(), "a text", element);
      }
      texts.add(text);
    }
    return texts;
  }

  /// A member that is an array of objects.
  public List<JsonObject> objects(String name) throws MessageException {
    if (!(members.get(name) instanceof List<?> list)) {
      throw wrong(at(name), "an array", members.get(name));
    }
    var objects = new ArrayList<JsonObject>();
    for (var element : list) {
      objects.add(object(at(name) + "/" + objects.size(), element));
    }
    return objects;
  }

  private String at(String name) {
    return path + "/" + name;
  }

  /// The text of the object.
  public byte[] toBytes() {
    return write(members);
  }

  /// The text of a tree: what {@link #members} may hold, and any number.
  public static byte[] write(Object tree) {
    var bytes = new ByteArrayOutputStream();
    try (var out = FACTORY.createGenerator(bytes)) {
      write(tree, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(Object value, JsonGenerator out) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        out.writeStartObject();
        for (var member : map.entrySet()) {
          out.writeFieldName((String) member.getKey());
          write(member.getValue(), out);
        }
        out.writeEndObject();
      }
      case JsonObject object -> write(object.members, out);
      case List<?> list -> {
        out.writeStartArray();
        for (var element : list) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case long[] numbers -> out.writeArray(numbers, 0, numbers.length);
      case double[] numbers -> {
        out.writeStartArray();
        for (double number : numbers) {
          number(number, out);
        }
        out.writeEndArray();
      }
      case String text -> out.writeString(text);
      case Boolean truth -> out.writeBoolean(truth);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Double number -> number(number, out);
      case BigDecimal number -> out.writeNumber(number);
      case Optional<?> optional when optional.isEmpty() -> out.writeNull();
      default -> throw new IllegalArgumentException("no JSON value: " + value.getClass());
    }
  }

  private static void number(double number, JsonGenerator out) throws IOException {
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      out.writeNumber((long) number);
    } else {
      out.writeNumber(number);
    }
  }
}
