// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Messages to JSON and back, streaming. Unknown members are skipped; a higher version is refused.
/// The same message always gives the same bytes.
public final class MessageCodec {
  private MessageCodec() {}

  /// The payload of a batch, on the stored path and on the live path.
  public static byte[] encode(TelemetryBatch batch) {
    return JsonOut.bytes(out -> {
      out.writeStartObject();
      out.writeNumberField("v", TelemetryBatch.VERSION);
      out.writeStringField("device", batch.device());
      out.writeNumberField("epoch", batch.epoch());
      out.writeNumberField("lane", batch.lane());
      out.writeNumberField("firstSeq", batch.firstSeq());
      out.writeNumberField("t0", batch.t0Ms());
      out.writeArrayFieldStart("sensors");
      for (var column : batch.columns()) {
        write(out, column);
      }
      out.writeEndArray();
      out.writeEndObject();
    });
  }

  private static void write(JsonGenerator out, TelemetryBatch.Column column) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", column.sensor());
    if (!column.unit().isEmpty()) {
      out.writeStringField("unit", column.unit());
    }
    out.writeArrayFieldStart("rows");
    for (var row : column.rows()) {
      out.writeStartArray();
      out.writeNumber(row.deltaMs());
      JsonOut.number(out, row.value());
      out.writeEndArray();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /// The batch of a payload.
  public static TelemetryBatch decodeBatch(byte[] payload) throws MessageException {
    return JsonIn.read(payload, MessageCodec::batch);
  }

  private static TelemetryBatch batch(JsonIn in) throws IOException {
    var draft =
        new Object() {
          @Nullable Long version;
          @Nullable String device;
          @Nullable Long epoch;
          int lane;
          @Nullable Long firstSeq;
          @Nullable Long t0;
          @Nullable List<TelemetryBatch.Column> columns;
        };
    in.object(name -> {
      switch (name) {
        case "v" -> draft.version = version(in);
        case "device" -> draft.device = in.text();
        case "epoch" -> draft.epoch = in.whole();
        case "lane" -> draft.lane = Math.toIntExact(Math.clamp(in.whole(), -1, 10));
        case "firstSeq" -> draft.firstSeq = in.whole();
        case "t0" -> draft.t0 = in.whole();
        case "sensors" -> draft.columns = columns(in);
        default -> {}
      }
    });
    in.required(draft.version, "v");
    return new TelemetryBatch(
        in.required(draft.device, "device"),
        in.required(draft.epoch, "epoch"),
        draft.lane,
        in.required(draft.firstSeq, "firstSeq"),
        in.required(draft.t0, "t0"),
        in.required(draft.columns, "sensors"));
  }

  private static long version(JsonIn in) throws IOException {
    long version = in.whole();
    if (version != TelemetryBatch.VERSION) {
      throw in.wrong("version " + TelemetryBatch.VERSION);
    }
    return version;
  }

  private static List<TelemetryBatch.Column> columns(JsonIn in) throws IOException {
    var columns = new ArrayList<TelemetryBatch.Column>();
    in.array(element -> columns.add(column(in)));
    return columns;
  }

  private static TelemetryBatch.Column column(JsonIn in) throws IOException {
    var draft =
        new Object() {
          @Nullable String name;
          String unit = "";
          @Nullable List<TelemetryBatch.Row> rows;
        };
    in.object(name -> {
      switch (name) {
        case "name" -> draft.name = in.text();
        case "unit" -> draft.unit = in.text();
        case "rows" -> {
          var rows = new ArrayList<TelemetryBatch.Row>();
          in.array(element -> rows.add(in.row()));
          draft.rows = rows;
        }
        default -> {}
      }
    });
    return new TelemetryBatch.Column(
        in.required(draft.name, "name"), draft.unit, in.required(draft.rows, "rows"));
  }

  /// The commands of a thing as desired state: by actuator.
  public static byte[] encodeCommands(Map<String, Command> commands) {
    return JsonOut.bytes(out -> {
      out.writeStartObject();
      for (var entry : new TreeMap<>(commands).entrySet()) {
        var command = entry.getValue();
        out.writeObjectFieldStart(entry.getKey());
        out.writeStringField("id", command.id());
        out.writeFieldName("value");
        JsonOut.value(out, command.value());
        out.writeNumberField("expiresAtMs", command.expiresAtMs());
        out.writeEndObject();
      }
      out.writeEndObject();
    });
  }

  /// The commands of desired state, by actuator; an actuator whose command was taken back (null) is
  /// absent.
  public static Map<String, Command> decodeCommands(byte[] desired) throws MessageException {
    var commands = new TreeMap<String, Command>();
    return JsonIn.read(
        desired,
        in -> {
          in.object(actuator -> {
            if (!in.isNull()) {
              commands.put(actuator, outcome(in).command(in));
            }
          });
          return commands;
        });
  }

  /// What became of a thing's commands as reported state: by actuator.
  public static byte[] encodeOutcomes(Map<String, CommandOutcome> outcomes) {
    return JsonOut.bytes(out -> {
      out.writeStartObject();
      for (var entry : new TreeMap<>(outcomes).entrySet()) {
        out.writeFieldName(entry.getKey());
        write(out, entry.getValue());
      }
      out.writeEndObject();
    });
  }

  private static void write(JsonGenerator out, CommandOutcome outcome) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", outcome.id());
    out.writeFieldName("value");
    JsonOut.value(out, outcome.value());
    out.writeNumberField("expiresAtMs", outcome.expiresAtMs());
    out.writeStringField("status", outcome.status().name());
    out.writeNumberField("atMs", outcome.atMs());
    if (outcome.detail() != null) {
      out.writeStringField("detail", outcome.detail());
    }
    out.writeEndObject();
  }

  /// What became of commands, by actuator.
  public static Map<String, CommandOutcome> decodeOutcomes(byte[] reported)
      throws MessageException {
    var outcomes = new TreeMap<String, CommandOutcome>();
    return JsonIn.read(
        reported,
        in -> {
          in.object(actuator -> {
            if (!in.isNull()) {
              outcomes.put(actuator, outcome(in).outcome(in));
            }
          });
          return outcomes;
        });
  }

  private static OutcomeDraft outcome(JsonIn in) throws IOException {
    var draft = new OutcomeDraft();
    in.object(name -> draft.take(name, in));
    return draft;
  }

  /// The desired state of a live request.
  public static byte[] encode(LiveRequest request) {
    return JsonOut.bytes(out -> {
      out.writeStartObject();
      out.writeNumberField("untilMs", request.untilMs());
      out.writeEndObject();
    });
  }

  /// The live request of a desired state.
  public static LiveRequest decodeLiveRequest(byte[] desired) throws MessageException {
    return JsonIn.read(
        desired,
        in -> {
          var untilMs =
              new Object() {
                @Nullable Long value;
              };
          in.object(name -> {
            if (name.equals("untilMs")) {
              untilMs.value = in.whole();
            }
          });
          return new LiveRequest(in.required(untilMs.value, "untilMs"));
        });
  }

  /// An alarm rule as text.
  public static byte[] encode(AlarmRule rule) {
    return JsonOut.bytes(out -> AlarmRuleJson.write(out, rule));
  }

  /// The alarm rule of a text.
  public static AlarmRule decodeAlarmRule(byte[] json) throws MessageException {
    return JsonIn.read(json, AlarmRuleJson::read);
  }

  /// The desired state of the shadow `alarms`.
  public static byte[] encode(AlarmMirror mirror) {
    return JsonOut.bytes(out -> AlarmMirrorJson.write(out, mirror));
  }

  /// The mirrored rules of a desired state.
  ///
  /// @throws MessageException if it is no list of rules; a rule that is not understood is left out
  public static AlarmMirror decodeAlarmMirror(byte[] desired) throws MessageException {
    return JsonIn.read(desired, AlarmMirrorJson::read);
  }
}
