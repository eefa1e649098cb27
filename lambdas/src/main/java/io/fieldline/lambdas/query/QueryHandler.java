// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;

/// Everything that the app reads through the HTTP API.
public final class QueryHandler implements RequestStreamHandler, Primed {
  private final ApiRoutes routes;

  /// The function as Lambda makes it.
  public QueryHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb(), Clients.iotData());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  QueryHandler(Environment environment, DynamoDbClient tables, IotDataPlaneClient shadows) {
    var names =
        new QueryTables(environment.text("TELEMETRY_TABLE"), environment.text("FLEET_TABLE"));
    var devices = new Devices(tables, names.fleet());
    var list = new DevicesRoute(tables, names, devices, new Actuators(shadows));
    var series = new SeriesRoute(tables, names.telemetry(), devices);
    var commands = new CommandsRoute(tables, names.fleet(), devices);
    var alarms = new AlarmsRoute(tables, names.fleet(), devices);
    this.routes =
        new ApiRoutes(
            Map.of(
                "GET /devices", list::all,
                "GET /devices/{device}", list::one,
                "GET /devices/{device}/series", series::answer,
                "GET /devices/{device}/commands", commands::answer,
                "GET /devices/{device}/alarms", alarms::alarms,
                "GET /rules", alarms::rules));
  }

  @Override
  public void prime() throws IOException {
    var event =
        JsonObject.write(
            Map.of(
                "routeKey", "GET /devices",
                "pathParameters", Map.of(),
                "requestContext", Map.of("timeEpoch", 0)));
    routes.answer(new ByteArrayInputStream(event));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> routes.answer(input)));
  }
}
