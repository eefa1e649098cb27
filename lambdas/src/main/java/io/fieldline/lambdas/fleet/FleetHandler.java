// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.json.JsonObject;
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

/// What admins do with devices themselves. A function of its own, because nothing else may.
public final class FleetHandler implements RequestStreamHandler, Primed {
  private final ApiRoutes routes;

  /// The function as Lambda makes it.
  public FleetHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  FleetHandler(Environment environment, DynamoDbClient tables) {
    var fleet = environment.text("FLEET_TABLE");
    var serials = new SerialRoutes(tables, fleet);
    this.routes =
        new ApiRoutes(
            ApiFunction.FLEET,
            Map.of(
                ApiRoute.LIST_SERIALS, serials::list,
                ApiRoute.ADD_SERIALS, serials::add,
                ApiRoute.PUT_SERIAL, serials::allow,
                ApiRoute.DELETE_SERIAL, serials::remove),
            new Audit(
                tables, fleet, Duration.ofDays(environment.positive("AUDIT_RETENTION_DAYS"))));
  }

  @Override
  public void prime() throws MessageException {
    var claims = Map.of("sub", "priming", "cognito:groups", "[admin]");
    routes.answer(
        JsonObject.of(
            Map.of(
                "routeKey",
                ApiRoute.LIST_SERIALS.key(),
                "queryStringParameters",
                Map.of("limit", "1"),
                "requestContext",
                Map.of("timeEpoch", 0L, "authorizer", Map.of("jwt", Map.of("claims", claims))))));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> routes.answer(input)));
  }
}
