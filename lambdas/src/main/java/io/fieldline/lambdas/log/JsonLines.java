// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.log;

import io.fieldline.lambdas.json.JsonObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes what goes through `System.Logger` as JSON, an object a line, with the fields of the
/// {@link LogScope}. A map among a line's parameters becomes members of its own: `LOG.log(INFO,
/// "command issued", Map.of("commandId", id))`.
///
/// Source: Lambda Developer Guide, "Using structured JSON with Java": timestamp, level, message,
/// AWSRequestId; an error as errorType, errorMessage and stackTrace.
public final class JsonLines extends Handler {
  private static final int MAX_FRAMES = 20;
  private static final int MAX_CAUSES = 5;

  private final PrintStream out;
  private final SimpleFormatter messages = new SimpleFormatter();

  JsonLines(PrintStream out) {
    this.out = out;
  }

  /// From now on this process logs so. For a function's start; Lambda has set `System.out` by then.
  public static void install() {
    var root = LogManager.getLogManager().getLogger("");
    for (var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new JsonLines(System.out));
  }

  @Override
  public void publish(LogRecord record) {
    if (isLoggable(record)) {
      out.println(new String(JsonObject.write(line(record)), StandardCharsets.UTF_8));
    }
  }

  private Map<String, Object> line(LogRecord record) {
    var line = new LinkedHashMap<String, Object>();
    line.put("timestamp", record.getInstant().toString());
    line.put("level", level(record.getLevel()));
    line.put("logger", String.valueOf(record.getLoggerName()));
    line.put("message", messages.formatMessage(record));
    line.putAll(LogScope.fields());
    if (record.getParameters() != null) {
      for (var parameter : record.getParameters()) {
        if (parameter instanceof Map<?, ?> fields) {
          fields.forEach((name, value) -> line.put(String.valueOf(name), String.valueOf(value)));
        } else if (parameter instanceof Measures measures) {
          line.putAll(measures.members());
        }
      }
    }
    var thrown = record.getThrown();
    if (thrown != null) {
      line.put("errorType", thrown.getClass().getName());
      line.put("errorMessage", String.valueOf(thrown.getMessage()));
      line.put("stackTrace", frames(thrown));
    }
    return line;
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  /// The top of each throwable's stack: what lies below is the runtime's.
  private static List<String> frames(Throwable thrown) {
    var lines = new ArrayList<String>();
    @Nullable Throwable at = thrown;
    for (int depth = 0; at != null && depth < MAX_CAUSES; depth++) {
      if (depth > 0) {
        lines.add("Caused by: " + at);
      }
      Stream.of(at.getStackTrace())
          .limit(MAX_FRAMES)
          .map(StackTraceElement::toString)
          .forEach(lines::add);
      at = at.getCause();
    }
    return lines;
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    flush();
  }
}
