// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.alarm.AlarmRules;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.messages.AlarmMirror;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.MirroredRule;
import io.fieldline.messages.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.iotdataplane.model.ConflictException;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;

/// The shadow `alarms` of a thing: the rules that are about it and the devices behind it. The
/// shadow is read before the tables, and written only over what was read; so of two who write, the
/// one that has read the older rules reads again.
final class AlarmMirrors {
  private static final int ATTEMPTS = 5;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final AlarmRules rules;
  private final IotDataPlaneClient shadows;

  AlarmMirrors(
      DynamoDbClient tables, String fleetTable, AlarmRules rules, IotDataPlaneClient shadows) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.rules = rules;
    this.shadows = shadows;
  }

  /// What a thing's shadow desires, and of which version it is.
  private record Shadow(JsonObject desired, long version) {}

  /// Brings a thing's shadow to what the tables say. One without rules gets none.
  ///
  /// @return whether it was written
  boolean write(String thing) throws MessageException {
    boolean isWritten = false;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      var shadow = shadow(thing);
      var wanted = JsonObject.parse(MessageCodec.encode(mirror(thing)));
      var before = shadow.map(Shadow::desired).orElse(JsonObject.of(Map.of()));
      if (wanted.members().equals(before.members())) {
        return isWritten;
      }
      try {
        update(thing, wanted, before, shadow.map(Shadow::version));
        isWritten = true;
        if (shadow.isPresent()) {
          return true;
        }
        // A shadow that was not there has no version to write over: another look.
      } catch (ConflictException changedMeanwhile) {
        // As it is now, next time.
      }
    }
    throw new MessageException("the alarm rules of " + thing + " are changed all the time");
  }

  private Optional<Shadow> shadow(String thing) throws MessageException {
    try {
      var document =
          shadows.getThingShadow(get -> get.thingName(thing).shadowName(Topics.ALARMS_SHADOW));
      var json = JsonObject.parse(document.payload().asByteArray());
      return Optional.of(
          new Shadow(
              json.optionalObject("state").optionalObject("desired"), json.whole("version")));
    } catch (ResourceNotFoundException none) {
      return Optional.empty();
    }
  }

  /// A member that is not wanted any more is taken away by a null.
  private void update(String thing, JsonObject wanted, JsonObject before, Optional<Long> version) {
    var desired = new LinkedHashMap<String, Object>();
    before.members().keySet().forEach(member -> desired.put(member, Optional.empty()));
    desired.putAll(wanted.members());
    var document = new LinkedHashMap<String, Object>();
    document.put("state", Map.of("desired", desired));
    version.ifPresent(read -> document.put("version", read));
    shadows.updateThingShadow(update ->
        update
            .thingName(thing)
            .shadowName(Topics.ALARMS_SHADOW)
            .payload(SdkBytes.fromByteArray(JsonObject.write(document))));
  }

  private AlarmMirror mirror(String thing) {
    var devices = devices(thing);
    var mirrored = new ArrayList<MirroredRule>();
    if (!devices.isEmpty()) {
      for (var rule : rules.now()) {
        var about =
            devices.stream()
                .filter(item ->
                    rule.subject().includes(name(item), Grouping.groups(item), Grouping.type(item)))
                .map(AlarmMirrors::name)
                .toList();
        if (!about.isEmpty() && MirroredRule.isMirrored(rule.condition())) {
          mirrored.add(new MirroredRule(rule.name(), rule.condition(), about));
        }
      }
    }
    return AlarmMirror.of(mirrored);
  }

  /// The thing itself and what is behind it; nothing of one that is gone, or that goes.
  private List<Map<String, AttributeValue>> devices(String thing) {
    var found = new ArrayList<Map<String, AttributeValue>>();
    if (!item(FleetKeys.deletion(thing).attributes()).isEmpty()) {
      return found;
    }
    var own = item(FleetKeys.device(thing).attributes());
    if (!own.isEmpty()) {
      found.add(own);
    }
    tables
        .queryPaginator(query ->
            query
                .tableName(fleetTable)
                .consistentRead(true)
                .keyConditionExpression("pk = :devices AND begins_with(sk, :prefix)")
                .expressionAttributeValues(
                    Map.of(
                        ":devices", Attributes.text(FleetKeys.DEVICES),
                        ":prefix", Attributes.text(thing + ":"))))
        .items()
        .forEach(item -> {
          if (Attributes.text(item, "thing").orElse("").equals(thing)) {
            found.add(item);
          }
        });
    return found;
  }

  private Map<String, AttributeValue> item(Map<String, AttributeValue> key) {
    return tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true)).item();
  }

  private static String name(Map<String, AttributeValue> device) {
    return Attributes.text(device, "sk").orElseThrow();
  }
}
