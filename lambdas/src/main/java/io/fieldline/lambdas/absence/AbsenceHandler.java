// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.absence;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.alarm.AlarmLife;
import io.fieldline.lambdas.alarm.AlarmNotices;
import io.fieldline.lambdas.alarm.AlarmRules;
import io.fieldline.lambdas.alarm.AlarmStates;
import io.fieldline.lambdas.alarm.Look;
import io.fieldline.lambdas.alarm.Occasion;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.log.Measures;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmEvaluator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
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
  private final NobodysAlarms nobodys;
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
    var states = new AlarmStates(tables, fleetTable, retention);
    this.nobodys = new NobodysAlarms(tables, fleetTable, rules, states);
    this.life =
        new AlarmLife(
            rules,
            states,
            new CommandDispatch(tables, shadows, fleetTable, retention),
            new AlarmNotices(topics, environment.text("ALARM_TOPIC_ARN")));
  }

  /// The rules are read, and the newest reading of a device that cannot be.
  @Override
  public void prime() {
    rules.all();
    var none = new AlarmCondition.Absence(Optional.empty(), 60);
    new NewestReadings(tables, telemetryTable, List.of(" ")).of(" ", none);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    LogScope.of(
        context,
        () -> {
          var measures = new Measures(context, clock);
          try {
            look(measures);
          } finally {
            if (!measures.isEmpty()) {
              LOG.log(System.Logger.Level.INFO, "measured", measures);
            }
          }
          return true;
        });
  }

  /// What cannot be judged keeps nothing else from it; the invocation fails, so that it is known.
  private void look(Measures measures) {
    var failed = new ArrayList<RuntimeException>();
    for (var due : life.due(looks())) {
      attempt(
          due.rule().name() + " on " + due.rule().device(),
          () -> {
            int raised = life.judge(due.occasion(), due.rule(), due.judgement());
            if (raised > 0) {
              measures.count("AlarmsRaised", raised);
            }
          },
          failed);
    }
    attempt("what stands on nobody", nobodys::forget, failed);
    if (!failed.isEmpty()) {
      throw failed.getFirst();
    }
  }

  private static void attempt(String what, Runnable judging, List<RuntimeException> failed) {
    try {
      judging.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "not judged: " + what, e);
      failed.add(e);
    }
  }

  /// A device that was never heard is not missed.
  private List<Look> looks() {
    var watched = Watched.all(tables, fleetTable, rules.all());
    var newest =
        new NewestReadings(
            tables, telemetryTable, watched.stream().map(one -> one.rule().device()).toList());
    long nowMs = clock.millis();
    var looks = new ArrayList<Look>();
    for (var one : watched) {
      var device = one.rule().device();
      var heardMs = newest.of(device, one.absence());
      if (heardMs.isPresent()) {
        looks.add(
            new Look(
                new Occasion(one.thing(), device, nowMs, nowMs),
                one.rule(),
                course ->
                    course.next(
                        AlarmEvaluator.looked(
                            one.absence(), course.state(), heardMs.getAsLong(), nowMs),
                        nowMs)));
      }
    }
    return looks;
  }
}
