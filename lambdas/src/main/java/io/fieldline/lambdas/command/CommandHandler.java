// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.alarm.AlarmNotes;
import io.fieldline.lambdas.alarm.AlarmRules;
import io.fieldline.lambdas.alarm.AlarmStates;
import io.fieldline.lambdas.alarm.MirrorQueue;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.FirstRequests;
import io.fieldline.lambdas.aws.BatchItemFailures;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Everything that the app asks for through the HTTP API; a command to many devices is given to
/// them part by part, as a queue tells, and their agents are told of alarm rules, as another does.
public final class CommandHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(CommandHandler.class.getName());

  private final ApiRoutes routes;
  private final CommandRoute commands;
  private final FleetCommandWork work;
  private final MirrorWork mirrors;

  /// The function as Lambda makes it.
  public CommandHandler() {
    this(
        Environment.ofProcess(),
        Clients.dynamoDb(),
        Clients.iotData(),
        Clients.sqs(),
        Clock.systemUTC(),
        new SecureRandom());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  CommandHandler(
      Environment environment,
      DynamoDbClient tables,
      IotDataPlaneClient shadows,
      SqsClient queues,
      Clock clock,
      RandomGenerator random) {
    var fleet = environment.text("FLEET_TABLE");
    var retention = Duration.ofDays(environment.positive("COMMAND_RETENTION_DAYS"));
    var devices = new Devices(tables, fleet);
    var requests = new FirstRequests(tables, fleet, random);
    var dispatch = new CommandDispatch(tables, shadows, fleet, retention);
    this.commands = new CommandRoute(devices, requests, dispatch);
    var queue = new CommandQueue(queues, environment.text("COMMAND_QUEUE_URL"));
    var many = new FleetCommands(tables, fleet, retention);
    this.work = new FleetCommandWork(many, dispatch, queue, clock);
    var toMany = new FleetCommandRoutes(tables, fleet, many, requests, queue);
    var live = new LiveRoute(devices, shadows);
    var states = new AlarmStates(tables, fleet, retention);
    var told = new MirrorQueue(queues, environment.text("MIRROR_QUEUE_URL"));
    var all = new AlarmRules(tables, fleet, clock);
    this.mirrors =
        new MirrorWork(tables, fleet, new AlarmMirrors(tables, fleet, all, shadows), told);
    var rules = new RuleRoutes(tables, fleet, devices, told);
    var alarms = new AlarmRoutes(devices, requests, new AlarmNotes(tables, states));
    var handlers = new EnumMap<ApiRoute, ApiRoutes.Handler>(toMany.routes());
    handlers.putAll(
        Map.of(
            ApiRoute.ISSUE_COMMAND, commands::answer,
            ApiRoute.WATCH_DEVICE, live::answer,
            ApiRoute.ACKNOWLEDGE_ALARM, alarms::acknowledge,
            ApiRoute.COMMENT_ALARM, alarms::comment,
            ApiRoute.PUT_RULE, rules::put,
            ApiRoute.DELETE_RULE, rules::delete));
    this.routes =
        new ApiRoutes(ApiFunction.COMMAND, handlers, Audit.of(tables, fleet, environment));
  }

  /// A live request and a command to a device that cannot be: its name is none. The command goes
  /// past the audit log, which would note it.
  @Override
  public void prime() throws MessageException {
    Map<String, Object> toNobody =
        Map.of(
            "pathParameters",
            Map.of("device", " "),
            "body",
            "{\"actuator\":\"none\",\"value\":true}");
    routes.prime(ApiRoute.WATCH_DEVICE, toNobody);
    try {
      commands.answer(ApiRequest.priming(ApiRoute.ISSUE_COMMAND, toNobody));
    } catch (ApiException noSuchDevice) {
      // As it should be.
    }
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var event = JsonObject.parse(input);
    output.write(
        LogScope.of(
            context, () -> event.has("Records") ? worked(event, context) : routes.answer(event)));
  }

  private byte[] worked(JsonObject event, Context context) throws MessageException {
    var failed = new BatchItemFailures();
    for (var record : event.objects("Records")) {
      try {
        take(record.text("body"));
      } catch (MessageException | RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "work for many failed, will be retried", e);
        failed.add(record.text("messageId"));
      }
    }
    return failed.answer(context);
  }

  private void take(String body) throws MessageException {
    var message = JsonObject.parse(body);
    if (message.has(MirrorQueue.MIRROR)) {
      mirrors.take(message.object(MirrorQueue.MIRROR));
    } else {
      work.take(message);
    }
  }
}
