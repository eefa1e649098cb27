// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import static java.util.Map.entry;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
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
    var rawRetention = Duration.ofDays(environment.positive("RAW_RETENTION_DAYS"));
    var series = new SeriesRoute(tables, names.telemetry(), rawRetention, devices);
    var export = new ExportRoute(tables, names.telemetry(), rawRetention, devices);
    var commands = new CommandsRoute(tables, names.fleet(), devices);
    var alarms = new AlarmsRoute(tables, names.fleet(), devices);
    var groups = new GroupsRoute(tables, names.fleet());
    var delivery = Delivery.of(environment);
    var costs = new CostsRoute(tables, names, rawRetention, Prices.of(environment), delivery);
    var audit = new AuditRoute(tables, names.fleet(), Audit.retention(environment));
    this.routes =
        new ApiRoutes(
            ApiFunction.QUERY,
            Map.ofEntries(
                entry(ApiRoute.LIST_DEVICES, list::all),
                entry(ApiRoute.GET_DEVICE, list::one),
                entry(ApiRoute.LIST_GROUPS, groups::all),
                entry(ApiRoute.GET_GROUP, groups::one),
                entry(ApiRoute.LIST_TYPES, groups::types),
                entry(ApiRoute.GET_SERIES, series::answer),
                entry(ApiRoute.EXPORT_SERIES, export::answer),
                entry(ApiRoute.LIST_COMMANDS, commands::answer),
                entry(ApiRoute.LIST_ALARMS, alarms::alarms),
                entry(ApiRoute.LIST_STANDING_ALARMS, alarms::standing),
                entry(ApiRoute.LIST_ALARM_HISTORY, alarms::history),
                entry(ApiRoute.LIST_RULES, alarms::rules),
                entry(ApiRoute.GET_RULE, alarms::rule),
                entry(ApiRoute.LIST_COSTS, costs::answer),
                entry(ApiRoute.LIST_AUDIT, audit::answer)));
  }

  @Override
  public void prime() throws MessageException {
    routes.prime(ApiRoute.LIST_DEVICES, Map.of());
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> routes.answer(input)));
  }
}
