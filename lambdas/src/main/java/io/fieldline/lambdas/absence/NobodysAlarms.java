// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.absence;

import io.fieldline.lambdas.alarm.AlarmRules;
import io.fieldline.lambdas.alarm.AlarmStates;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Batches;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmSubject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Alarms that stand on devices that their rule is not about any more: the device has left the
/// group, or the type, or the rule is gone, and somebody who did not know it yet has raised it.
/// They are forgotten, and nobody is told.
final class NobodysAlarms {
  private static final System.Logger LOG = System.getLogger(NobodysAlarms.class.getName());

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final AlarmRules rules;
  private final AlarmStates states;

  NobodysAlarms(DynamoDbClient tables, String fleetTable, AlarmRules rules, AlarmStates states) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.rules = rules;
    this.states = states;
  }

  private record Standing(String thing, String device, String rule) {
    static Standing of(Map<String, AttributeValue> item) {
      var device = Attributes.text(item, "device").orElse("");
      return new Standing(
          Attributes.text(item, "thing").orElse(device),
          device,
          Attributes.text(item, "rule").orElse(""));
    }
  }

  /// What stands is read before rules and groups: so what has come into a group since is in it.
  void forget() {
    var standing = new ArrayList<Standing>();
    tables
        .queryPaginator(query ->
            query
                .tableName(fleetTable)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", Attributes.text(FleetKeys.ALARMS))))
        .items()
        .forEach(item -> standing.add(Standing.of(item)));
    if (standing.isEmpty()) {
      return;
    }
    var byName = new HashMap<String, AlarmRule>();
    rules.now().forEach(rule -> byName.put(rule.name(), rule));
    var members = members(standing, byName);
    for (var alarm : standing) {
      var rule = byName.get(alarm.rule);
      if (rule == null || !isAbout(rule, alarm.device, members)) {
        states.forget(alarm.thing, alarm.device, alarm.rule);
        LOG.log(
            System.Logger.Level.INFO,
            "alarm of nobody forgotten",
            Map.of("rule", alarm.rule, "device", alarm.device));
      }
    }
  }

  private static boolean isAbout(AlarmRule rule, String device, Set<Key> members) {
    return rule.subject() instanceof AlarmSubject.Device(var name)
        ? name.equals(device)
        : membership(rule, device).filter(members::contains).isPresent();
  }

  private static Optional<Key> membership(AlarmRule rule, String device) {
    return switch (rule.subject()) {
      case AlarmSubject.Device _ -> Optional.empty();
      case AlarmSubject.Group(var group) -> Optional.of(Grouping.GROUP.member(group, device));
      case AlarmSubject.Type(var type) -> Optional.of(Grouping.TYPE.member(type, device));
    };
  }

  /// Those memberships by which alarms stand that there are.
  private Set<Key> members(List<Standing> standing, Map<String, AlarmRule> rules) {
    var asked = new HashSet<Key>();
    for (var alarm : standing) {
      var rule = rules.get(alarm.rule);
      if (rule != null) {
        membership(rule, alarm.device).ifPresent(asked::add);
      }
    }
    var keys = asked.stream().map(Key::attributes).toList();
    var there = new HashSet<Key>();
    for (var item : Batches.getConsistently(tables, fleetTable, keys)) {
      there.add(
          new Key(
              Attributes.text(item, "pk").orElseThrow(),
              Attributes.text(item, "sk").orElseThrow()));
    }
    return there;
  }
}
