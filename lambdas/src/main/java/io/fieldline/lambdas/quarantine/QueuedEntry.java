// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.quarantine;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Quarantined;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Topics;
import java.util.ArrayList;
import java.util.Base64;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkBytes;

/// A message of the quarantine queue: a rule's error document, what a function put aside, or, since
/// nothing is lost, anything else.
///
/// @param messageId the same at each delivery
/// @param sentMs when it was sent, epoch milliseconds; the same at each delivery
record QueuedEntry(String messageId, long sentMs, String body) {
  private static final Pattern TOPIC_OF_THING =
      Pattern.compile("(?:\\$aws/things|fieldline)/([^/]+)/.*");

  /// Source: AWS Lambda Developer Guide, example Amazon SQS message event.
  static QueuedEntry of(JsonObject record) throws MessageException {
    return new QueuedEntry(
        record.text("messageId"),
        Long.parseLong(record.object("attributes").text("SentTimestamp")),
        record.text("body"));
  }

  /// The one form of it.
  Quarantined entry() {
    try {
      var json = JsonObject.parse(body);
      if (json.has("base64OriginalPayload")) {
        return ofRule(json);
      }
      if (Quarantined.isJson(json)) {
        return Quarantined.fromJson(json);
      }
      return unknown("got neither");
    } catch (MessageException | IllegalArgumentException e) {
      return unknown("got one that is not as it should be: " + e.getMessage());
    }
  }

  /// The payload is published once more to its own rule, past the message broker: whoever
  /// subscribed to the topic had it already.
  ///
  /// Source: AWS IoT Core Developer Guide, "Error handling (error action)" and "Basic Ingest".
  /// Assumed: whether the document's topic has the prefix of Basic Ingest is not stated; it may.
  private Quarantined ofRule(JsonObject document) throws MessageException {
    var rule = document.text("ruleName");
    var prefix = Topics.basicIngest(rule, "");
    var published = document.text("topic");
    var topic = published.startsWith(prefix) ? published.substring(prefix.length()) : published;
    var thing = TOPIC_OF_THING.matcher(topic);
    var failures = new ArrayList<String>();
    for (var failure : document.objects("failures")) {
      failures.add(
          "%s on %s: %s"
              .formatted(
                  failure.optionalText("failedAction").orElse("?"),
                  failure.optionalText("failedResource").orElse("?"),
                  failure.optionalText("errorMessage").orElse("?")));
    }
    return new Quarantined(
        sentMs,
        messageId,
        Quarantined.Kind.ACTION_FAILED,
        String.join("; ", failures),
        "rule:" + rule,
        thing.matches() ? thing.group(1) : "",
        prefix + topic,
        SdkBytes.fromByteArray(Base64.getDecoder().decode(document.text("base64OriginalPayload"))));
  }

  private Quarantined unknown(String got) {
    return new Quarantined(
        sentMs,
        messageId,
        Quarantined.Kind.UNKNOWN,
        "expected a rule's error document or a function's entry, " + got,
        "",
        "",
        "",
        SdkBytes.fromUtf8String(body));
  }
}
