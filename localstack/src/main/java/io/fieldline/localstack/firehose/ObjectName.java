// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The names of objects: an evaluated prefix, then stream, version, time and a unique text.
///
/// Source: Firehose developer guide, "Configure Amazon S3 object name format", "Understand custom
/// prefixes for Amazon S3 objects". Assumed: the time in a name is that of its prefix, the arrival
/// of the oldest record; the wording of what is refused.
final class ObjectName {
  private static final Pattern EXPRESSION = Pattern.compile("!\\{([^}:]*):?([^}]*)(}?)");
  private static final String USUAL_TIME = "!{timestamp:yyyy/MM/dd/HH/}";
  private static final String RANDOM = "random-string";
  private static final int RANDOM_LENGTH = 11;

  private ObjectName() {}

  /// Fails unless both prefixes can be evaluated.
  static void check(@Nullable String prefix, @Nullable String errorPrefix) {
    if (prefix != null) {
      evaluated(prefix, Instant.EPOCH, ZoneOffset.UTC, false);
    }
    boolean expressions = prefix != null && prefix.contains("!{");
    if (expressions && (errorPrefix == null || errorPrefix.isEmpty())) {
      throw FirehoseFailures.invalid(
          "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions");
    }
    if (errorPrefix != null) {
      evaluated(errorPrefix, Instant.EPOCH, ZoneOffset.UTC, true);
      if (errorPrefix.contains("!{") && !errorPrefix.contains("!{firehose:error-output-type}")) {
        throw FirehoseFailures.invalid(
            "ErrorOutputPrefix with expressions must contain !{firehose:error-output-type}");
      }
    }
  }

  static String of(DeliveryStream stream, Instant oldest) {
    Destination to = stream.destination();
    ZoneId zone = ZoneId.of(to.zone());
    String prefix = to.prefix() == null ? "" : to.prefix();
    if (!prefix.contains("!{timestamp:")) {
      prefix += USUAL_TIME;
    }
    String extension = to.extension();
    String name =
        "%s-%d-%s-%s"
            .formatted(
                stream.name(),
                stream.version(),
                time("yyyy-MM-dd-HH-mm-ss", oldest, zone),
                UUID.randomUUID());
    return evaluated(prefix, oldest, zone, false)
        + name
        + (extension == null || extension.isEmpty() ? (to.gzip() ? ".gz" : "") : extension);
  }

  private static String evaluated(String prefix, Instant at, ZoneId zone, boolean forErrors) {
    Matcher expression = EXPRESSION.matcher(prefix);
    var text = new StringBuilder();
    while (expression.find()) {
      if (expression.group(3).isEmpty()) {
        throw FirehoseFailures.invalid("An expression has no end in the prefix " + prefix);
      }
      String value = value(expression.group(1), expression.group(2), at, zone, forErrors);
      expression.appendReplacement(text, Matcher.quoteReplacement(value));
    }
    return expression.appendTail(text).toString();
  }

  private static String value(
      String namespace, String name, Instant at, ZoneId zone, boolean forErrors) {
    if (namespace.equals("timestamp")) {
      return time(name, at, zone);
    }
    if (namespace.equals("firehose") && name.equals(RANDOM)) {
      return UUID.randomUUID().toString().replace("-", "").substring(0, RANDOM_LENGTH);
    }
    if (namespace.equals("firehose") && name.equals("error-output-type") && forErrors) {
      return "processing-failed";
    }
    if (namespace.startsWith("partitionKeyFrom")) {
      throw FirehoseFailures.unsupported("!{" + namespace + ":" + name + "}");
    }
    throw FirehoseFailures.invalid(
        "!{%s:%s}: expected !{timestamp:…} or !{firehose:random-string}%s"
            .formatted(
                namespace, name, forErrors ? " or !{firehose:error-output-type}" : " in Prefix"));
  }

  private static String time(String pattern, Instant at, ZoneId zone) {
    try {
      return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(zone).format(at);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw FirehoseFailures.invalid(
          "!{timestamp:%s} is no pattern of a time: %s".formatted(pattern, e.getMessage()));
    }
  }
}
