// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Devices as a table in the form of RFC 4180: a header, and a line for each, whose column `serial`
/// is its serial number. A line is told by its number in the file, so that the mistake is found.
final class DeviceCsv {
  /// In one request: more would not be read within the time that the HTTP API waits.
  static final int MOST = 5_000;

  private static final String SERIAL = "serial";
  private static final int MOST_TOLD = 5;

  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private DeviceCsv() {}

  /// The serial numbers, in order. Nothing of a table with a mistake is taken.
  static List<String> serials(String text) throws ApiException {
    var csv = new DeviceCsv();
    csv.read(text.startsWith("\uFEFF") ? text.substring(1) : text);
    if (!csv.problems.isEmpty()) {
      throw new ApiException(400, csv.told());
    }
    return List.copyOf(csv.lines.keySet());
  }

  /// Whether a text can be a serial number: it is the thing's name, too. Without a colon, which
  /// separates a gateway from what is behind it, and not as the clients of claims are named.
  static boolean isSerial(String text) {
    return text.matches("[a-zA-Z0-9_-]{1,128}") && !text.startsWith("fieldline-");
  }

  /// What {@link #isSerial} expects.
  static String expected() {
    return "1 to 128 letters, digits, '_' or '-' that do not begin with fieldline-";
  }

  private void read(String text) {
    var rows = text.split("\r?\n", -1);
    var header = fields(rows[0], 1);
    if (!header.equals(List.of(SERIAL))) {
      problems.add("line 1: expected the header '" + SERIAL + "', got '" + rows[0] + "'");
      return;
    }
    for (int i = 1; i < rows.length; i++) {
      if (!rows[i].isBlank()) {
        row(rows[i], i + 1);
      }
    }
    if (lines.isEmpty() && problems.isEmpty()) {
      problems.add("line 2: expected a line for each device, got none");
    }
    if (lines.size() > MOST) {
      problems.add("expected at most " + MOST + " devices at once, got " + lines.size());
    }
  }

  private void row(String row, int number) {
    var fields = fields(row, number);
    if (fields.size() != 1) {
      problem(number, "expected 1 column, got " + fields.size());
      return;
    }
    var serial = fields.getFirst();
    if (!isSerial(serial)) {
      problem(number, "column " + SERIAL + ": expected " + expected() + ", got '" + serial + "'");
      return;
    }
    var before = lines.putIfAbsent(serial, number);
    if (before != null) {
      problem(
          number,
          "column "
              + SERIAL
              + ": expected each once, got '"
              + serial
              + "', which is in line "
              + before);
    }
  }

  /// Assumed: no field holds a line break; what is quoted without need is taken.
  private List<String> fields(String row, int number) {
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < row.length(); i++) {
      char c = row.charAt(i);
      if (c == '"' && quoted && i + 1 < row.length() && row.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString().strip());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      problem(number, "column " + (fields.size() + 1) + ": expected a closing quotation mark");
    }
    fields.add(field.toString().strip());
    return fields;
  }

  private void problem(int line, String what) {
    problems.add("line " + line + ": " + what);
  }

  private String told() {
    var told = String.join("; ", problems.subList(0, Math.min(MOST_TOLD, problems.size())));
    int more = problems.size() - MOST_TOLD;
    return "csv: " + told + (more > 0 ? "; and " + more + " more" : "");
  }
}
