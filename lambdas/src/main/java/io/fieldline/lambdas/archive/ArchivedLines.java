// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.archive;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// An object of the archive without the lines of one thing: each line is a message as a topic rule
/// made it, and says in `thing` who published it.
///
/// @param gone how many lines were left out
/// @param rest the object without them, gzipped; without any line it is empty
record ArchivedLines(int gone, byte[] rest) {
  private static final byte[] EMPTY = {};

  static ArchivedLines without(String thing, InputStream object) throws IOException {
    var quoted = '"' + thing + '"';
    var rest = new ByteArrayOutputStream();
    int gone = 0;
    int kept = 0;
    try (var lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(object), StandardCharsets.UTF_8));
        var out = new OutputStreamWriter(new GZIPOutputStream(rest), StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        // Few lines name it at all: most are never parsed.
        if (line.contains(quoted) && isOf(thing, line)) {
          gone++;
        } else {
          kept++;
          out.write(line);
          out.write('\n');
        }
      }
    }
    return new ArchivedLines(gone, kept == 0 ? EMPTY : rest.toByteArray());
  }

  boolean isEmpty() {
    return rest.length == 0;
  }

  private static boolean isOf(String thing, String line) {
    try {
      return JsonObject.parse(line).optionalText("thing").filter(thing::equals).isPresent();
    } catch (MessageException e) {
      // What is no message of a rule is nobody's.
      return false;
    }
  }
}
