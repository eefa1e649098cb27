// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.alarm.Forgetting;
import io.fieldline.lambdas.alarm.MirrorQueue;
import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.api.Precondition;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmSubject;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.MirroredRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// `PUT /rules/{rule}` with an alarm rule, and `DELETE /rules/{rule}`.
///
/// Agents are told before the rule is written, by a message that comes when that is done or will
/// not be: who is not answered may ask again, and finds nothing more to do. And once more
/// afterwards, so that they need not wait for it.
final class RuleRoutes {
  /// Longer than the function may take.
  private static final Duration TOLD_AFTER = Duration.ofSeconds(30);

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Devices devices;
  private final Groups groups;
  private final Forgetting forgetting;
  private final MirrorQueue mirrors;

  /// @param mirrors is told of whom agents are to know other rules than before
  RuleRoutes(DynamoDbClient tables, String fleetTable, Devices devices, MirrorQueue mirrors) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.devices = devices;
    this.groups = new Groups(tables, fleetTable);
    this.forgetting = new Forgetting(tables, fleetTable);
    this.mirrors = mirrors;
  }

  ApiAnswer put(ApiRequest request) throws ApiException, MessageException {
    var rule = rule(request);
    require(rule.subject());
    var json = new String(MessageCodec.encode(rule), StandardCharsets.UTF_8);
    var precondition = Precondition.of(request);
    var before = kept(rule.name());
    precondition.check(before);
    Optional<AlarmRule> was =
        before.isPresent() ? Optional.of(decoded(before.get())) : Optional.empty();
    var about = mirrored(Stream.concat(was.stream(), Stream.of(rule)));
    about.forEach(subject -> mirrors.tell(subject, TOLD_AFTER));
    if (was.isPresent() && !was.get().isAboutTheSameAs(rule)) {
      // Before the rule is changed or gone: who asks again finds it as it was.
      forgetting.forget(was.get());
    }
    var item = FleetKeys.rule(rule.name()).with(Map.of("json", Attributes.text(json)));
    try {
      tables.putItem(put -> {
        put.tableName(fleetTable).item(item);
        if (!precondition.isNone()) {
          put.conditionExpression(before.isEmpty() ? "attribute_not_exists(pk)" : "json = :before");
          before.ifPresent(
              text -> put.expressionAttributeValues(Map.of(":before", Attributes.text(text))));
        }
      });
    } catch (ConditionalCheckFailedException changedMeanwhile) {
      throw Precondition.failed("expected the rule as it was read, got one just changed");
    }
    about.forEach(mirrors::tell);
    return ApiAnswer.ok(JsonObject.parse(json).members()).tagged(Precondition.etag(json));
  }

  /// Whom a rule was about, and whom it is about now, as far as agents know it.
  private static List<AlarmSubject> mirrored(Stream<AlarmRule> rules) {
    return rules
        .filter(rule -> MirroredRule.isMirrored(rule.condition()))
        .map(AlarmRule::subject)
        .distinct()
        .toList();
  }

  /// A type comes into being with the first device that is of it.
  private void require(AlarmSubject subject) throws ApiException {
    switch (subject) {
      case AlarmSubject.Device(var device) -> devices.require(device);
      case AlarmSubject.Group(var group) -> groups.require(group);
      case AlarmSubject.Type(var type) -> {
        if (!Grouping.isName(type)) {
          throw new ApiException(
              400, "type: expected " + Grouping.expected() + ", got '" + type + "'");
        }
      }
    }
  }

  private Optional<String> kept(String name) {
    var item =
        tables
            .getItem(get ->
                get.tableName(fleetTable)
                    .key(FleetKeys.rule(name).attributes())
                    .consistentRead(true))
            .item();
    return Attributes.text(item, "json");
  }

  private static AlarmRule rule(ApiRequest request) throws ApiException {
    var name = request.path("rule");
    var members = new LinkedHashMap<>(request.body().members());
    var named = members.putIfAbsent("name", name);
    if (named != null && !named.equals(name)) {
      throw new ApiException(400, "name: expected '" + name + "' as in the path, got " + named);
    }
    try {
      return MessageCodec.decodeAlarmRule(JsonObject.write(members));
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  private static AlarmRule decoded(String json) throws MessageException {
    return MessageCodec.decodeAlarmRule(json.getBytes(StandardCharsets.UTF_8));
  }

  /// What the rule had come to goes with it.
  ApiAnswer delete(ApiRequest request) throws ApiException, MessageException {
    var name = request.path("rule");
    var precondition = Precondition.of(request);
    var json = kept(name);
    if (json.isEmpty()) {
      throw new ApiException(404, "no alarm rule '" + name + "'");
    }
    precondition.check(json);
    var rule = decoded(json.get());
    var about = mirrored(Stream.of(rule));
    about.forEach(subject -> mirrors.tell(subject, TOLD_AFTER));
    forgetting.forget(rule);
    try {
      tables.deleteItem(delete -> {
        delete.tableName(fleetTable).key(FleetKeys.rule(name).attributes());
        if (!precondition.isNone()) {
          delete
              .conditionExpression("json = :before")
              .expressionAttributeValues(Map.of(":before", Attributes.text(json.get())));
        }
      });
    } catch (ConditionalCheckFailedException changedMeanwhile) {
      throw Precondition.failed("expected the rule as it was read, got one just changed");
    }
    about.forEach(mirrors::tell);
    return ApiAnswer.ok(Map.of());
  }
}
