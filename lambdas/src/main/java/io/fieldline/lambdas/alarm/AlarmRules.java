// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmSubject;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// The alarm rules, read again when they are two seconds old; in which groups a device is, and of
/// which type, when that is {@link DeviceMemberships} old, and only if a rule asks for it. Used by
/// one thread at a time.
public final class AlarmRules {
  private static final System.Logger LOG = System.getLogger(AlarmRules.class.getName());
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Clock clock;
  private final DeviceMemberships memberships;
  private List<AlarmRule> rules = List.of();
  private long readMs = Long.MIN_VALUE / 2;

  /// The rules in a fleet table.
  public AlarmRules(DynamoDbClient tables, String fleetTable, Clock clock) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.clock = clock;
    this.memberships = new DeviceMemberships(tables, fleetTable, clock);
  }

  /// The rules about a device, each as one about this device alone.
  public List<AlarmRule> of(String device) {
    var all = all();
    var found = new ArrayList<AlarmRule>();
    for (var rule : all) {
      boolean isAboutIt =
          switch (rule.subject()) {
            case AlarmSubject.Device(var name) -> name.equals(device);
            case AlarmSubject.Group _, AlarmSubject.Type _ -> includes(rule.subject(), device);
          };
      if (isAboutIt) {
        found.add(rule.on(device));
      }
    }
    return found;
  }

  private boolean includes(AlarmSubject subject, String device) {
    var of = memberships.of(device);
    return subject.includes(device, of.groups(), of.type());
  }

  /// Every rule.
  public List<AlarmRule> all() {
    if (clock.millis() - readMs > FRESH.toMillis()) {
      rules = read(false);
      readMs = clock.millis();
    }
    return rules;
  }

  /// Every rule as it is now.
  public List<AlarmRule> now() {
    rules = read(true);
    readMs = clock.millis();
    return rules;
  }

  private List<AlarmRule> read(boolean isConsistent) {
    var all = new ArrayList<AlarmRule>();
    var pages =
        tables.queryPaginator(request ->
            request
                .tableName(fleetTable)
                .consistentRead(isConsistent)
                .keyConditionExpression("pk = :rules")
                .expressionAttributeValues(Map.of(":rules", Attributes.text(FleetKeys.RULES))));
    for (var page : pages) {
      for (var item : page.items()) {
        try {
          var json = Attributes.text(item, "json").orElse("");
          all.add(MessageCodec.decodeAlarmRule(json.getBytes(StandardCharsets.UTF_8)));
        } catch (MessageException e) {
          var rule = Attributes.text(item, "sk").orElse("?");
          LOG.log(
              System.Logger.Level.ERROR,
              "alarm rule not understood",
              Map.of("rule", rule, "reason", String.valueOf(e.getMessage())));
        }
      }
    }
    return List.copyOf(all);
  }
}
