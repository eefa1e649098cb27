// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Devices;
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
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;

/// Everything that the app asks for through the HTTP API.
public final class CommandHandler implements RequestStreamHandler, Primed {
  private final ApiRoutes routes;

  /// The function as Lambda makes it.
  public CommandHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb(), Clients.iotData(), new SecureRandom());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  CommandHandler(
      Environment environment,
      DynamoDbClient tables,
      IotDataPlaneClient shadows,
      RandomGenerator random) {
    var fleet = environment.text("FLEET_TABLE");
    var retention = Duration.ofDays(environment.positive("COMMAND_RETENTION_DAYS"));
    var devices = new Devices(tables, fleet);
    var commands =
        new CommandRoute(
            devices,
            new FirstRequests(tables, fleet),
            new CommandDispatch(tables, shadows, fleet, retention),
            random);
    var live = new LiveRoute(devices, shadows);
    var rules = new RuleRoutes(tables, fleet, devices);
    this.routes =
        new ApiRoutes(
            ApiFunction.COMMAND,
            Map.of(
                ApiRoute.ISSUE_COMMAND, commands::answer,
                ApiRoute.WATCH_DEVICE, live::answer,
                ApiRoute.PUT_RULE, rules::put,
                ApiRoute.DELETE_RULE, rules::delete));
  }

  /// A command to a device that cannot be: its name is none.
  @Override
  public void prime() throws MessageException {
    var claims = Map.of("sub", "priming", "cognito:groups", "[operator]");
    routes.answer(
        JsonObject.of(
            Map.of(
                "routeKey",
                ApiRoute.ISSUE_COMMAND.key(),
                "pathParameters",
                Map.of("device", " "),
                "body",
                "{\"actuator\":\"none\",\"value\":true}",
                "requestContext",
                Map.of("timeEpoch", 0L, "authorizer", Map.of("jwt", Map.of("claims", claims))))));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> routes.answer(input)));
  }
}
