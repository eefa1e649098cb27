// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.health;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
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
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

/// How the pipeline is. A function of its own, because AWS knows no resource for what it may: it
/// sees every metric and alarm of the account, and nothing else.
public final class HealthHandler implements RequestStreamHandler, Primed {
  private final ApiRoutes routes;

  /// The function as Lambda makes it.
  public HealthHandler() {
    this(Environment.ofProcess(), Clients.cloudWatch(), Clock.systemUTC());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  HealthHandler(Environment environment, CloudWatchClient metrics, Clock clock) {
    var health = new HealthRoute(environment, metrics, clock);
    this.routes = new ApiRoutes(ApiFunction.HEALTH, Map.of(ApiRoute.GET_HEALTH, health::answer));
  }

  @Override
  public void prime() throws MessageException {
    routes.prime(ApiRoute.GET_HEALTH, Map.of());
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> routes.answer(input)));
  }
}
