// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// The alarm rules, read again when they are two seconds old. Used by one thread at a time.
public final class AlarmRules {
  private static final System.Logger LOG = System.getLogger(AlarmRules.class.getName());
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Clock clock;
  private List<AlarmRule> rules = List.of();
  private long readMs = Long.MIN_VALUE / 2;

  /// The rules in a fleet table.
  public AlarmRules(DynamoDbClient tables, String fleetTable, Clock clock) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.clock = clock;
  }

  /// The rules about a device.
  public List<AlarmRule> of(String device) {
    return all().stream().filter(rule -> rule.device().equals(device)).toList();
  }

  /// Every rule.
  public List<AlarmRule> all() {
    if (clock.millis() - readMs > FRESH.toMillis()) {
      rules = read();
      readMs = clock.millis();
    }
    return rules;
  }

  private List<AlarmRule> read() {
    var all = new ArrayList<AlarmRule>();
    var pages =
        tables.queryPaginator(request ->
            request
                .tableName(fleetTable)
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
