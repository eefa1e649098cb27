// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.tables.Grouping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Devices as a table in the form of RFC 4180: a header, and a line for each. The column `serial`
/// is its serial number; `type` and `groups`, names with spaces between, may be left out. A line is
/// told by its number in the file, so that the mistake is found.
final class DeviceCsv {
  /// In one request: more would not be read within the time that the HTTP API waits.
  static final int MOST = 5_000;

  private static final String SERIAL = "serial";
  private static final String TYPE = "type";
  private static final String GROUPS = "groups";
  private static final int MOST_TOLD = 5;

  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private final Predicate<String> isGroup;
  private List<String> header = List.of();
  private final List<String> problems = new ArrayList<>();

  private DeviceCsv(Predicate<String> isGroup) {
    this.isGroup = isGroup;
  }

  /// A device of a table.
  ///
  /// @param type empty for none
  record Row(String serial, String type, List<String> groups) {}

  /// The devices, in order. Nothing of a table with a mistake is taken.
  ///
  /// @param isGroup whether there is a group of that name
  static List<Row> rows(String text, Predicate<String> isGroup) throws ApiException {
    var csv = new DeviceCsv(isGroup);
    csv.read(text.startsWith("\uFEFF") ? text.substring(1) : text);
    if (!csv.problems.isEmpty()) {
      throw new ApiException(400, csv.told());
    }
    return List.copyOf(csv.rows);
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

  private void read(String table) {
    var text = table.split("\r?\n", -1);
    header = fields(text[0], 1);
    if (!header.contains(SERIAL)
        || !Set.of(SERIAL, TYPE, GROUPS).containsAll(header)
        || header.size() != Set.copyOf(header).size()) {
      problems.add(
          "line 1: expected the header 'serial', and 'type' and 'groups' if you like, got '"
              + text[0]
              + "'");
      return;
    }
    for (int i = 1; i < text.length; i++) {
      if (!text[i].isBlank()) {
        row(text[i], i + 1);
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
    if (fields.size() != header.size()) {
      problem(
          number,
          "expected %d column%s, got %d"
              .formatted(header.size(), header.size() == 1 ? "" : "s", fields.size()));
      return;
    }
    var serial = field(fields, SERIAL);
    if (!isSerial(serial)) {
      problem(number, "column " + SERIAL + ": expected " + expected() + ", got '" + serial + "'");
      return;
    }
    var before = lines.putIfAbsent(serial, number);
    if (before != null) {
      problem(
          number,
          "column %s: expected each once, got '%s', which is in line %d"
              .formatted(SERIAL, serial, before));
    }
    var type = field(fields, TYPE);
    if (!type.isEmpty() && !Grouping.isName(type)) {
      problem(number, "column type: expected " + Grouping.expected() + ", got '" + type + "'");
    }
    rows.add(new Row(serial, type, groups(field(fields, GROUPS), number)));
  }

  private String field(List<String> fields, String column) {
    int at = header.indexOf(column);
    return at < 0 ? "" : fields.get(at);
  }

  private List<String> groups(String names, int number) {
    var groups = Stream.of(names.split("\\s+")).filter(name -> !name.isEmpty()).distinct().toList();
    if (groups.size() > Memberships.MOST_GROUPS) {
      problem(
          number,
          "column groups: expected at most %d, got %d"
              .formatted(Memberships.MOST_GROUPS, groups.size()));
    }
    for (var group : groups) {
      if (!Grouping.isName(group) || !isGroup.test(group)) {
        problem(number, "column groups: expected groups that there are, got '" + group + "'");
      }
    }
    return groups;
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
