// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;

/// How the rows of an export are written.
enum ExportFormat {
  /// Source: RFC 4180: lines end in CRLF; a field with a comma, a quote or a line end is quoted.
  CSV("text/csv") {
    @Override
    String head(List<String> names) {
      return String.join(",", names) + CRLF;
    }

    @Override
    void row(StringBuilder out, List<String> names, List<Object> fields) {
      for (int i = 0; i < fields.size(); i++) {
        out.append(i == 0 ? "" : ",").append(field(fields.get(i)));
      }
      out.append(CRLF);
    }
  },

  /// A JSON object a line.
  NDJSON("application/x-ndjson") {
    @Override
    String head(List<String> names) {
      return "";
    }

    @Override
    void row(StringBuilder out, List<String> names, List<Object> fields) {
      var members = new LinkedHashMap<String, Object>();
      for (int i = 0; i < fields.size(); i++) {
        members.put(names.get(i), fields.get(i));
      }
      out.append(new String(JsonObject.write(members), StandardCharsets.UTF_8)).append('\n');
    }
  };

  private static final String CRLF = "\r\n";
  private final String contentType;

  ExportFormat(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /// What stands before the first row.
  abstract String head(List<String> names);

  /// @param fields texts and numbers, as many as names
  abstract void row(StringBuilder out, List<String> names, List<Object> fields);

  private static String field(Object value) {
    return value instanceof String text ? text(text) : number(value);
  }

  /// Sensors and units are texts of devices: none of them becomes a formula in a spreadsheet.
  private static String text(String text) {
    var safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n')
        ? '"' + safe.replace("\"", "\"\"") + '"'
        : safe;
  }

  private static String number(Object value) {
    return new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
  }
}
