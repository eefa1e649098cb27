// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A message that nothing could use, in the one form that the quarantine has, whoever put it aside.
///
/// @param atMs when it came, epoch milliseconds; with `messageId` what tells it from others
/// @param messageId the identifier that SQS gave it
/// @param kind what is wrong with it, in one word
/// @param reason what was expected and what came
/// @param source `function:<name>` or `rule:<name>`
/// @param thing who published it; empty if it does not say so
/// @param to where it is sent again: {@link #INGEST}, or a topic of Basic Ingest; empty if nowhere
/// @param message what is sent there, as it was
public record Quarantined(
    long atMs,
    String messageId,
    Kind kind,
    String reason,
    String source,
    String thing,
    String to,
    SdkBytes message) {

  /// The ingest queue as a place to send to.
  public static final String INGEST = "ingest";

  private static final int MOST_OF_REASON = 4_000;

  /// What can be wrong.
  public enum Kind {
    /// The message is no batch.
    MALFORMED,
    /// A reading has a time that cannot be.
    TIME,
    /// Readings are older than what is kept.
    TOO_OLD,
    /// A rule's action failed.
    ACTION_FAILED,
    /// The quarantine got what neither a rule nor a function sends.
    UNKNOWN
  }

  /// A reason is cut where nobody reads on; a message never is.
  public Quarantined {
    reason = reason.length() <= MOST_OF_REASON ? reason : reason.substring(0, MOST_OF_REASON) + "…";
  }

  /// As a function sends it to the quarantine queue.
  public String toJson() {
    var members = new LinkedHashMap<String, Object>();
    members.put("atMs", atMs);
    members.put("messageId", messageId);
    members.put("kind", kind.name());
    members.put("reason", reason);
    members.put("source", source);
    members.put("to", to);
    members.put("message", message.asUtf8String());
    return new String(JsonObject.write(members), StandardCharsets.UTF_8);
  }

  /// Whether a queue message is one of {@link #toJson}.
  public static boolean isJson(JsonObject json) {
    return json.has("kind") && json.has("source");
  }

  /// What {@link #toJson} wrote, with the thing that the message names.
  public static Quarantined fromJson(JsonObject json) throws MessageException {
    var message = json.text("message");
    try {
      return new Quarantined(
          json.whole("atMs"),
          json.text("messageId"),
          Kind.valueOf(json.text("kind")),
          json.text("reason"),
          json.text("source"),
          thing(message),
          json.text("to"),
          SdkBytes.fromUtf8String(message));
    } catch (IllegalArgumentException e) {
      throw new MessageException("/kind: " + e.getMessage());
    }
  }

  private static String thing(String envelope) {
    try {
      return JsonObject.parse(envelope).optionalText("thing").orElse("");
    } catch (MessageException noEnvelope) {
      return "";
    }
  }

  /// What names it in the API; tells its key.
  public String id() {
    return FleetKeys.datedId(atMs, messageId);
  }

  /// Its item, without what is to be kept of its replays.
  ///
  /// @param isWhole false to leave out the message
  public Map<String, AttributeValue> item(boolean isWhole, long untilMs) {
    var attributes = new HashMap<String, AttributeValue>();
    attributes.put("atMs", Attributes.number(atMs));
    attributes.put("messageId", Attributes.text(messageId));
    attributes.put("kind", Attributes.text(kind.name()));
    attributes.put("reason", Attributes.text(reason));
    attributes.put("source", Attributes.text(source));
    attributes.put("thing", Attributes.text(thing));
    attributes.put("to", Attributes.text(to));
    attributes.put("messageBytes", Attributes.number(message.asByteArrayUnsafe().length));
    if (isWhole) {
      attributes.put("message", AttributeValue.fromB(message));
    }
    attributes.put(TelemetryKeys.TTL, Attributes.number(untilMs / 1000));
    return FleetKeys.dated(FleetKeys.QUARANTINE, atMs, messageId).with(attributes);
  }

  /// What an item holds; the message is empty where it was left out or not asked for.
  public static Quarantined of(Map<String, AttributeValue> item) {
    var message = Optional.ofNullable(item.get("message")).map(AttributeValue::b);
    return new Quarantined(
        Attributes.whole(item, "atMs"),
        Attributes.text(item, "messageId").orElse(""),
        Kind.valueOf(Attributes.text(item, "kind").orElse(Kind.UNKNOWN.name())),
        Attributes.text(item, "reason").orElse(""),
        Attributes.text(item, "source").orElse(""),
        Attributes.text(item, "thing").orElse(""),
        Attributes.text(item, "to").orElse(""),
        message.orElse(SdkBytes.fromByteArray(new byte[0])));
  }
}
