// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.quarantine;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.Quarantined;
import io.fieldline.messages.MessageException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The quarantine browsed, an entry shown, sent again or dropped.
final class QuarantineRoutes {
  private static final System.Logger LOG = System.getLogger(QuarantineRoutes.class.getName());
  private static final int REPLAYED_AT_ONCE = 50;

  private final QuarantineTable table;
  private final Resending resending;

  QuarantineRoutes(QuarantineTable table, Resending resending) {
    this.table = table;
    this.resending = resending;
  }

  /// `GET /quarantine?kind=&limit=&cursor=`: entries without their messages, the newest first.
  ApiAnswer list(ApiRequest request) throws ApiException, MessageException {
    var page =
        table.page(
            kind(request.query("kind")),
            Cursor.dated(request.query("cursor"), FleetKeys.QUARANTINE),
            Lists.limit(request),
            request.receivedMs());
    return Lists.answer(
        "entries", page.items().stream().map(QuarantineRoutes::json).toList(), page.next());
  }

  /// `GET /quarantine/{entry}`: an entry with its message, as text where it is one.
  ApiAnswer show(ApiRequest request) throws ApiException, MessageException {
    var item = require(key(request));
    var entry = json(item);
    if (item.containsKey("message")) {
      var bytes = item.get("message").b().asByteArray();
      try {
        entry.put(
            "message",
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      } catch (CharacterCodingException noText) {
        entry.put("messageBase64", Base64.getEncoder().encodeToString(bytes));
      }
    }
    return ApiAnswer.ok(entry);
  }

  /// `POST /quarantine/{entry}/replay`: sends it again, also for the second time.
  ApiAnswer replay(ApiRequest request) throws ApiException, MessageException {
    var key = key(request);
    var item = require(key);
    var hindrance = hindrance(item);
    if (hindrance.isPresent()) {
      throw new ApiException(409, hindrance.get());
    }
    replay(key, item, request);
    return ApiAnswer.ok(
        Map.of("id", key.sk(), "to", text(item, "to"), "replayedMs", request.receivedMs()));
  }

  /// `POST /quarantine/replay` with `{kind?, cursor?}`: sends those again that never were. What is
  /// still no good becomes another entry, which is newer than where this goes on.
  ApiAnswer replayAll(ApiRequest request) throws ApiException, MessageException {
    var body = request.body();
    var page =
        table.page(
            kind(text(body, "kind")),
            Cursor.dated(text(body, "cursor"), FleetKeys.QUARANTINE),
            REPLAYED_AT_ONCE,
            request.receivedMs());
    int replayed = 0;
    int left = 0;
    for (var shown : page.items()) {
      var key = new Key(text(shown, "pk"), text(shown, "sk"));
      var item = table.get(key).orElse(Map.of());
      if (item.isEmpty() || item.containsKey("replayedMs")) {
        continue;
      }
      if (hindrance(item).isPresent()) {
        left++;
      } else {
        replay(key, item, request);
        replayed++;
      }
    }
    var answer = new LinkedHashMap<String, Object>();
    answer.put("replayed", replayed);
    answer.put("left", left);
    page.next().ifPresent(next -> answer.put("cursor", Cursor.of(next)));
    return ApiAnswer.ok(answer);
  }

  /// `DELETE /quarantine/{entry}`.
  ApiAnswer drop(ApiRequest request) throws ApiException, MessageException {
    var key = key(request);
    if (!table.drop(key)) {
      throw notThere(key.sk());
    }
    LOG.log(
        System.Logger.Level.INFO,
        "quarantined message dropped",
        Map.of("entry", key.sk(), "by", request.person()));
    return ApiAnswer.ok(Map.of());
  }

  /// Sent before it is noted: a crash in between sends it twice, which is harmless, and not never.
  private void replay(Key key, Map<String, AttributeValue> item, ApiRequest request)
      throws MessageException {
    resending.send(Quarantined.of(item));
    table.replayed(key, request.person(), request.receivedMs());
    LOG.log(
        System.Logger.Level.INFO,
        "quarantined message sent again",
        Map.of("entry", key.sk(), "to", text(item, "to"), "by", request.person()));
  }

  /// Why an entry cannot be sent again.
  private static Optional<String> hindrance(Map<String, AttributeValue> item) {
    if (text(item, "to").isEmpty()) {
      return Optional.of(
          "expected a message of a rule or of a function, got one that nobody knows where to send");
    }
    if (!item.containsKey("message")) {
      return Optional.of(
          "expected a message that fits an item, got %d bytes: it is whole in the quarantine queue's"
                  .formatted(Attributes.whole(item, "messageBytes"))
              + " dead letters");
    }
    return Optional.empty();
  }

  private Map<String, AttributeValue> require(Key key) throws ApiException {
    return table.get(key).orElseThrow(() -> notThere(key.sk()));
  }

  private static ApiException notThere(String id) {
    return new ApiException(404, "no entry '" + id + "' in the quarantine");
  }

  private static Key key(ApiRequest request) throws ApiException {
    var id = request.path("entry");
    return FleetKeys.dated(FleetKeys.QUARANTINE, id).orElseThrow(() -> notThere(id));
  }

  private static Optional<Quarantined.Kind> kind(Optional<String> name) throws ApiException {
    try {
      return name.map(Quarantined.Kind::valueOf);
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          400,
          "kind: expected one of %s, got '%s'"
              .formatted(List.of(Quarantined.Kind.values()), name.orElse("")));
    }
  }

  private static Optional<String> text(JsonObject body, String name) throws ApiException {
    try {
      return body.optionalText(name);
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return Attributes.text(item, name).orElse("");
  }

  private static Map<String, Object> json(Map<String, AttributeValue> item) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("id", text(item, "sk"));
    for (var name :
        List.of(
            "atMs",
            "kind",
            "reason",
            "source",
            "thing",
            "to",
            "messageBytes",
            "replayedMs",
            "replayedBy",
            "replays")) {
      Optional.ofNullable(item.get(name))
          .flatMap(Attributes::json)
          .filter(value -> !value.equals(""))
          .ifPresent(value -> entry.put(name, value));
    }
    return entry;
  }
}
