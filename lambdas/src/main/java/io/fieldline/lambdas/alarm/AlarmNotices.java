// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.AlarmRule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/// Tells people and other systems that an alarm was raised or cleared: to a topic, whose
/// subscribers have it as a JSON object, or as a sentence by e-mail and SMS. A function that ends
/// between telling and noting that it has told tells again, under the same `id`.
public final class AlarmNotices {
  private static final int LONGEST_SUBJECT = 99;

  private final SnsClient topics;
  private final String topicArn;

  /// Notices to a topic.
  public AlarmNotices(SnsClient topics, String topicArn) {
    this.topics = topics;
    this.topicArn = topicArn;
  }

  /// Source: Amazon SNS API Reference, Publish: with the structure `json` each protocol gets its
  /// own text; a subject has fewer than 100 characters of ASCII.
  void publish(Occasion occasion, AlarmRule rule, AlarmEvent event) {
    var sentence = sentence(rule, event);
    var texts =
        Map.of("default", text(message(occasion, rule, event)), "email", sentence, "sms", sentence);
    var subject = "%s: %s on %s".formatted(event.kind(), rule.name(), rule.device());
    topics.publish(publish ->
        publish
            .topicArn(topicArn)
            .subject(
                subject.length() <= LONGEST_SUBJECT
                    ? subject
                    : subject.substring(0, LONGEST_SUBJECT))
            .messageStructure("json")
            .message(text(texts))
            .messageAttributes(
                Map.of(
                    "kind", attribute(event.kind().name()),
                    "rule", attribute(rule.name()),
                    "device", attribute(rule.device()))));
  }

  private static Map<String, Object> message(Occasion occasion, AlarmRule rule, AlarmEvent event) {
    var message = new HashMap<String, Object>();
    message.put(
        "id", "%s#%s#%d#%s".formatted(rule.device(), rule.name(), event.atMs(), event.kind()));
    message.put("kind", event.kind().name());
    message.put("rule", rule.name());
    message.put("device", rule.device());
    message.put("thing", occasion.thing());
    message.put("atMs", event.atMs());
    message.put("value", event.value());
    rule.condition().sensor().ifPresent(sensor -> message.put("sensor", sensor));
    return message;
  }

  private static String sentence(AlarmRule rule, AlarmEvent event) {
    var sensor = rule.condition().sensor().map(name -> ", sensor " + name).orElse("");
    return "%s %s on %s%s, at %s UTC (%s)"
        .formatted(
            rule.name(),
            event.kind() == AlarmEvent.Kind.RAISED ? "is an alarm" : "is over",
            rule.device(),
            sensor,
            Instant.ofEpochMilli(event.atMs() / 1000 * 1000)
                .toString()
                .replaceAll("[TZ]", " ")
                .strip(),
            String.format(Locale.ROOT, "%.6g", event.value()));
  }

  private static String text(Map<String, ?> members) {
    return new String(JsonObject.write(members), StandardCharsets.UTF_8);
  }

  private static MessageAttributeValue attribute(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }
}
