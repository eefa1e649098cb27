// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import com.sun.net.httpserver.Headers;
import io.fieldline.messages.Reading;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a body says it is, and how it is read.
enum HttpContent {
  /// A JSON document, SenML JSON or lines, told from one another by their beginning.
  TEXT,
  /// SenML JSON. Source: RFC 8428 section 12.3.1.
  SENML_JSON,
  /// SenML CBOR. Source: RFC 8428 section 12.3.2.
  SENML_CBOR;

  /// The types, as `Accept-Post` lists them.
  static final String ACCEPTED =
      "application/json, text/plain, application/senml+json, application/senml+cbor";

  /// What those headers announce. No type, and the one that curl gives to every body, are text.
  static Optional<HttpContent> of(Headers headers) {
    if (!encoding(headers).equals("identity")) {
      return Optional.empty();
    }
    return switch (type(headers)) {
      case "", "application/x-www-form-urlencoded", "application/json", "text/plain" ->
          Optional.of(TEXT);
      case "application/senml+json" -> Optional.of(SENML_JSON);
      case "application/senml+cbor" -> Optional.of(SENML_CBOR);
      default -> Optional.empty();
    };
  }

  /// Why a body is not read.
  static String expected(Headers headers) {
    String encoding = encoding(headers);
    return encoding.equals("identity")
        ? "one of " + ACCEPTED + " expected, got " + SampleRules.quote(type(headers))
        : "a body without Content-Encoding expected, got " + SampleRules.quote(encoding);
  }

  private static String type(Headers headers) {
    @Nullable String type = headers.getFirst("Content-Type");
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static String encoding(Headers headers) {
    @Nullable String encoding = headers.getFirst("Content-Encoding");
    return encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT);
  }

  /// All its readings.
  List<Reading> parse(ReadingParser parser, byte[] body, String device) throws ReadingException {
    return switch (this) {
      case TEXT -> parser.lines(ReadingParser.text(body), device);
      case SENML_JSON -> parser.senMlJson(ReadingParser.text(body), device);
      case SENML_CBOR -> parser.senMlCbor(body, device);
    };
  }
}
