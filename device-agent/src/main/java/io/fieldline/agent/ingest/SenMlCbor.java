// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.json.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// SenML CBOR to the records that SenML JSON would be. Source: RFC 8428 section 6 and its table 4:
/// the labels that JSON spells are integers here.
final class SenMlCbor {
  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("-1", "bver"),
          Map.entry("-2", "bn"),
          Map.entry("-3", "bt"),
          Map.entry("-4", "bu"),
          Map.entry("-5", "bv"),
          Map.entry("-6", "bs"),
          Map.entry("0", "n"),
          Map.entry("1", "u"),
          Map.entry("2", "v"),
          Map.entry("3", "vs"),
          Map.entry("4", "vb"),
          Map.entry("5", "s"),
          Map.entry("6", "t"),
          Map.entry("7", "ut"),
          Map.entry("8", "vd"));
  private static final int MAX_DEPTH = 32;

  private static final CBORFactory FACTORY =
      CBORFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private SenMlCbor() {}

  /// Whether these bytes begin as an array of CBOR does, which no UTF-8 text can.
  static boolean isLikely(byte[] bytes) {
    int first = bytes.length == 0 ? 0 : bytes[0] & 0xff;
    return first >= 0x80 && first <= 0x9f;
  }

  /// The pack as JSON's values.
  static Object decode(byte[] bytes) throws ReadingException {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw expected("an array of records", parser);
      }
      Object pack = value(parser);
      if (parser.nextToken() != null) {
        throw expected("one array and nothing after it", parser);
      }
      return pack;
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new ReadingException(Reason.SYNTAX, "SenML CBOR expected: " + why);
    }
  }

  private static ReadingException expected(String what, JsonParser parser) {
    return new ReadingException(
        Reason.SYNTAX,
        "SenML CBOR, "
            + what
            + ", expected at byte "
            + parser.currentTokenLocation().getByteOffset());
  }

  private static Object value(JsonParser parser) throws IOException, ReadingException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String label = parser.currentName();
          parser.nextToken();
          members.put(LABELS.getOrDefault(label, label), value(parser));
        }
        yield members;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser));
        }
        yield elements;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getDecimalValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> JsonText.NULL;
      case VALUE_EMBEDDED_OBJECT -> "";
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME -> throw expected("a value", parser);
    };
  }
}
