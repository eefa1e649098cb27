// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// SenML to readings. Source: RFC 8428 section 4.
///
/// The base name is the device, the name the sensor; times below 2^28 s are relative to now. Text,
/// data and sum-only records are refused by name, and so are fields that end in '_' and are not
/// understood (section 4.4).
final class SenMl {
  private static final double RELATIVE_BELOW = 1 << 28;
  private static final double HIGHEST_VERSION = 10;

  private final SampleRules rules;

  SenMl(SampleRules rules) {
    this.rules = rules;
  }

  List<Reading> parse(Object pack, String device) throws ReadingException {
    if (!(pack instanceof List<?> records) || records.isEmpty()) {
      throw new ReadingException(Reason.SYNTAX, "a SenML array of records expected");
    }
    var base = new Base();
    List<Reading> samples = new ArrayList<>();
    int number = 0;
    for (Object element : records) {
      number++;
      try {
        take(element, base, device, samples);
      } catch (ReadingException e) {
        throw records.size() == 1 ? e : e.at("record " + number);
      }
    }
    return samples;
  }

  private void take(Object element, Base base, String device, List<Reading> samples)
      throws ReadingException {
    Map<String, Object> record =
        JsonText.object(element)
            .orElseThrow(() -> new ReadingException(Reason.SYNTAX, "a SenML record expected"));
    base.take(record);
    if (record.containsKey("v") || record.containsKey("vb")) {
      samples.add(sample(record, base, device));
    } else {
      refuseOtherValues(record);
    }
  }

  private static void refuseOtherValues(Map<String, Object> record) throws ReadingException {
    for (String field : List.of("vs", "vd", "s")) {
      if (record.containsKey(field)) {
        throw new ReadingException(
            Reason.TYPE,
            "SenML 'v' or 'vb' expected for '"
                + record.getOrDefault("n", "")
                + "', got '"
                + field
                + "'");
      }
    }
  }

  private Reading sample(Map<String, Object> record, Base base, String byDefault)
      throws ReadingException {
    String name = text(record, "n", "");
    String device = base.name.replaceAll("[^a-zA-Z0-9:_-]+", "_").replaceAll("[:_-]+$", "");
    String sensor = name.replaceAll("[/\\s]+", ".");
    if (sensor.isEmpty()) {
      int cut = Math.max(device.lastIndexOf(':'), device.lastIndexOf('_'));
      sensor = device.substring(cut + 1);
      device = cut < 0 ? "" : device.substring(0, cut);
    }
    double value =
        record.containsKey("v")
            ? ReadingParser.number(sensor, record.get("v")) + base.value
            : ReadingParser.number(sensor, record.get("vb"));
    double seconds = base.time + numeric(record, "t", 0);
    double nowMs = rules.nowMs();
    double atMs = seconds < RELATIVE_BELOW ? nowMs + seconds * 1000 : seconds * 1000;
    String unit = text(record, "u", base.unit);
    return rules.sample(
        device.isEmpty() ? byDefault : device, sensor, unit, Math.round(atMs), value);
  }

  private static String text(Map<String, Object> record, String field, String byDefault)
      throws ReadingException {
    @Nullable Object value = record.get(field);
    return switch (value) {
      case null -> byDefault;
      case String text -> text;
      default ->
          throw new ReadingException(Reason.TYPE, "a text expected for SenML '" + field + "'");
    };
  }

  private static double numeric(Map<String, Object> record, String field, double byDefault)
      throws ReadingException {
    return record.containsKey(field) ? ReadingParser.number(field, record.get(field)) : byDefault;
  }

  /// The base fields, which hold from their record on.
  private static final class Base {
    private String name = "";
    private String unit = "";
    private double time;
    private double value;

    void take(Map<String, Object> record) throws ReadingException {
      name = text(record, "bn", name);
      unit = text(record, "bu", unit);
      time = numeric(record, "bt", time);
      value = numeric(record, "bv", value);
      if (numeric(record, "bver", HIGHEST_VERSION) > HIGHEST_VERSION) {
        throw new ReadingException(Reason.SYNTAX, "SenML version 10 or lower expected in 'bver'");
      }
      for (String field : record.keySet()) {
        if (field.endsWith("_")) {
          throw new ReadingException(
              Reason.SYNTAX, "SenML field '" + field + "' must be understood and is not known");
        }
      }
    }
  }
}
