// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.log;

import io.fieldline.agent.json.JsonText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/// One record of the log as one line; only a stack trace takes more, in text.
///
/// @param leftOut how many of its kind were not written before it
record LogLine(LogRecord record, long leftOut) {
  private static final int MAX_MESSAGE_CHARACTERS = 4096;
  private static final int MAX_STACK_CHARACTERS = 8192;

  String text(LogSettings.Format format) {
    return switch (format) {
      case TEXT -> text();
      case JSON -> json();
    };
  }

  private String text() {
    var line = new StringBuilder();
    line.append(time()).append(' ').append(level()).append(' ').append(logger()).append(' ');
    line.append(message());
    if (leftOut > 0) {
      line.append(" (").append(leftOut).append(" like it were left out)");
    }
    Throwable thrown = record.getThrown();
    if (thrown != null) {
      line.append('\n').append(stack(thrown));
    }
    return line.toString();
  }

  private String json() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("at", time());
    members.put("level", level());
    members.put("logger", logger());
    members.put("message", message());
    if (leftOut > 0) {
      members.put("leftOut", leftOut);
    }
    Throwable thrown = record.getThrown();
    if (thrown != null) {
      members.put("error", stack(thrown));
    }
    return JsonText.write(members);
  }

  private String time() {
    return Instant.ofEpochMilli(record.getMillis()).toString();
  }

  /// The names of System.Logger, which the configuration uses too.
  String level() {
    int value = record.getLevel().intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARNING";
    }
    return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  private String logger() {
    String name = record.getLoggerName();
    return name == null ? "?" : name;
  }

  /// On one line, whatever a peer has sent.
  private String message() {
    String template = record.getMessage();
    String filled = filled(template == null ? "" : template, record.getParameters());
    return cut(filled, MAX_MESSAGE_CHARACTERS).replace("\r", "\\r").replace("\n", "\\n");
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max) + " …";
  }

  private static String filled(String template, Object @Nullable [] parameters) {
    if (parameters == null || parameters.length == 0) {
      return template;
    }
    try {
      return MessageFormat.format(template, parameters);
    } catch (IllegalArgumentException e) {
      return template;
    }
  }

  private static String stack(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return cut(text.toString().stripTrailing(), MAX_STACK_CHARACTERS);
  }
}
