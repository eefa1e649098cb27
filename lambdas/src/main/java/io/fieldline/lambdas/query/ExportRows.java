// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The rows of one part of an export.
final class ExportRows {
  /// Source: AWS Lambda Developer Guide, "Lambda quotas": 6 MB of an answer. Quotes, line ends and
  /// letters beyond ASCII take two to six bytes of the answer's JSON.
  private static final int MOST_CHARACTERS = 2_000_000;

  private final String device;
  private final ExportFormat format;
  private final List<String> names;
  private final StringBuilder text = new StringBuilder();

  /// @param values the names of what stands behind time, device, sensor and unit
  ExportRows(String device, ExportFormat format, List<String> values) {
    this.device = device;
    this.format = format;
    var all = new ArrayList<>(List.of("time", "device", "sensor", "unit"));
    all.addAll(values);
    this.names = List.copyOf(all);
  }

  void add(long atMs, String sensor, String unit, List<Double> values) {
    var fields = new ArrayList<Object>(names.size());
    fields.add(Instant.ofEpochMilli(atMs).toString());
    fields.add(device);
    fields.add(sensor);
    fields.add(unit);
    fields.addAll(values);
    format.row(text, names, fields);
  }

  boolean isFull() {
    return text.length() >= MOST_CHARACTERS;
  }

  List<String> names() {
    return names;
  }

  String text() {
    return text.toString();
  }
}
