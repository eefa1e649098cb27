// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Writes JSON texts.
final class JsonOut {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonOut() {}

  /// What is written.
  interface Writer {
    void write(JsonGenerator out) throws IOException;
  }

  static byte[] bytes(Writer writer) {
    var bytes = new ByteArrayOutputStream();
    try (var out = FACTORY.createGenerator(bytes)) {
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// The shortest text that reads as the same number.
  static void number(JsonGenerator out, double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) < 1e15 && (value != 0 || 1 / value > 0)) {
      out.writeNumber((long) value);
    } else {
      out.writeNumber(value);
    }
  }

  static void value(JsonGenerator out, ActuatorValue value) throws IOException {
    switch (value) {
      case ActuatorValue.Flag(boolean on) -> out.writeBoolean(on);
      case ActuatorValue.Amount(var number) -> out.writeNumber(number);
      case ActuatorValue.Text(var text) -> out.writeString(text);
    }
  }
}
