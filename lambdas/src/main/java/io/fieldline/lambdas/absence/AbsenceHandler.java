// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.absence;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.alarm.AlarmLife;
import io.fieldline.lambdas.alarm.AlarmNotices;
import io.fieldline.lambdas.alarm.AlarmRules;
import io.fieldline.lambdas.alarm.AlarmStates;
import io.fieldline.lambdas.alarm.Occasion;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmEvaluator;
import io.fieldline.messages.AlarmRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sns.SnsClient;

/// Judges the rules about absence, each time that it is invoked: it alone raises and clears their
/// alarms, so that telemetry costs nothing for them.
public final class AbsenceHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(AbsenceHandler.class.getName());

  private final DynamoDbClient tables;
  private final String telemetryTable;
  private final String fleetTable;
  private final AlarmRules rules;
  private final AlarmLife life;
  private final Clock clock;

  /// The function as Lambda makes it.
  public AbsenceHandler() {
    this(
        Environment.ofProcess(),
        Clients.dynamoDb(),
        Clients.iotData(),
        Clients.sns(),
        Clock.systemUTC());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  AbsenceHandler(
      Environment environment,
      DynamoDbClient tables,
      IotDataPlaneClient shadows,
      SnsClient topics,
      Clock clock) {
    this.tables = tables;
    this.telemetryTable = environment.text("TELEMETRY_TABLE");
    this.fleetTable = environment.text("FLEET_TABLE");
    this.clock = clock;
    this.rules = new AlarmRules(tables, fleetTable, clock);
    var retention = Duration.ofDays(environment.positive("COMMAND_RETENTION_DAYS"));
    this.life =
        new AlarmLife(
            rules,
            new AlarmStates(tables, fleetTable, retention),
            new CommandDispatch(tables, shadows, fleetTable, retention),
            new AlarmNotices(topics, environment.text("ALARM_TOPIC_ARN")));
  }

  /// The rules are read, and the newest reading of a device that cannot be.
  @Override
  public void prime() {
    rules.of(" ");
    newest(" ", new AlarmCondition.Absence(Optional.empty(), 60));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    LogScope.of(
        context,
        () -> {
          look();
          return true;
        });
  }

  /// One rule that cannot be judged keeps none from it; the invocation fails, so that it is known.
  private void look() {
    RuntimeException failure = null;
    for (var rule : rules.all()) {
      if (rule.condition() instanceof AlarmCondition.Absence absence) {
        try {
          look(rule, absence);
        } catch (RuntimeException e) {
          LOG.log(System.Logger.Level.ERROR, "rule not judged: " + rule.name(), e);
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /// A device that was never heard is not missed.
  private void look(AlarmRule rule, AlarmCondition.Absence absence) {
    var device = item(fleetTable, FleetKeys.device(rule.device()));
    var newest = newest(rule.device(), absence);
    if (device.isEmpty() || newest.isEmpty()) {
      return;
    }
    long nowMs = clock.millis();
    var thing = Attributes.text(device, "thing").orElse(rule.device());
    life.judge(
        new Occasion(thing, rule.device(), nowMs, nowMs),
        rule,
        course ->
            course.next(
                AlarmEvaluator.looked(absence, course.state(), newest.getAsLong(), nowMs), nowMs));
  }

  private OptionalLong newest(String device, AlarmCondition.Absence absence) {
    var latest = item(telemetryTable, TelemetryKeys.latest(device));
    return latest.entrySet().stream()
        .filter(one -> isMeant(one.getKey(), absence))
        .mapToLong(one -> Attributes.whole(one.getValue().m(), "atMs"))
        .max();
  }

  private static boolean isMeant(String attribute, AlarmCondition.Absence absence) {
    return absence
        .sensor()
        .map(sensor -> attribute.equals(TelemetryKeys.latestOf(sensor)))
        .orElseGet(() -> attribute.startsWith(TelemetryKeys.latestOf("")));
  }

  private Map<String, AttributeValue> item(String table, Key key) {
    return tables
        .getItem(get -> get.tableName(table).key(key.attributes()).consistentRead(true))
        .item();
  }
}
