// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.schedule;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.scheduler.Schedules;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;

/// Schedules, as people make and change them. When one is due, EventBridge Scheduler tells the
/// queue of commands to many, and this function has no part in it.
public final class ScheduleHandler implements RequestStreamHandler, Primed {
  private final ApiRoutes routes;

  /// The function as Lambda makes it.
  public ScheduleHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb(), Clients.scheduler());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  ScheduleHandler(Environment environment, DynamoDbClient tables, SchedulerClient scheduler) {
    var fleet = environment.text("FLEET_TABLE");
    var kept = new Schedules(tables, fleet, scheduler, Schedules.Place.of(environment));
    var schedules = new ScheduleRoutes(tables, fleet, kept);
    this.routes =
        new ApiRoutes(
            ApiFunction.SCHEDULE,
            Map.of(
                ApiRoute.LIST_SCHEDULES, schedules::list,
                ApiRoute.GET_SCHEDULE, schedules::get,
                ApiRoute.PUT_SCHEDULE, schedules::put,
                ApiRoute.DELETE_SCHEDULE, schedules::delete),
            Audit.of(tables, fleet, environment));
  }

  @Override
  public void prime() throws MessageException {
    routes.prime(ApiRoute.GET_SCHEDULE, Map.of("pathParameters", Map.of("schedule", "-")));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> routes.answer(input)));
  }
}
