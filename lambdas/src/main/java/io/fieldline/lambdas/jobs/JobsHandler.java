// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.api.FirstRequests;
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
import java.security.SecureRandom;
import java.util.Map;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iot.IotClient;

/// Fleet work. A function of its own, because what it may do reaches every device.
public final class JobsHandler implements RequestStreamHandler, Primed {
  private final ApiRoutes routes;

  /// The function as Lambda makes it.
  public JobsHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb(), Clients.iot(), new SecureRandom());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  JobsHandler(
      Environment environment, DynamoDbClient tables, IotClient iot, RandomGenerator random) {
    var fleet = environment.text("FLEET_TABLE");
    var names = new JobNames(environment.text("JOB_PREFIX"), environment.text("IOT_ARN_PREFIX"));
    var settings =
        new JobRoutes.Settings(
            environment.text("ROTATION_TEMPLATE"), environment.text("PRESIGNING_ROLE_ARN"));
    var requests = new FirstRequests(tables, fleet, random);
    var jobs = new JobRoutes(tables, fleet, iot, names, requests, settings);
    var devices = new JobDeviceRoutes(tables, fleet, iot, names);
    this.routes =
        new ApiRoutes(
            ApiFunction.JOBS,
            Map.of(
                ApiRoute.LIST_JOBS, jobs::list,
                ApiRoute.CREATE_JOB, jobs::create,
                ApiRoute.GET_JOB, jobs::get,
                ApiRoute.CANCEL_JOB, jobs::cancel,
                ApiRoute.DELETE_JOB, jobs::delete,
                ApiRoute.LIST_JOB_DEVICES, devices::list,
                ApiRoute.GET_JOB_DEVICE, devices::get,
                ApiRoute.CANCEL_JOB_DEVICE, devices::cancel,
                ApiRoute.LIST_DEVICE_JOBS, devices::ofDevice),
            Audit.of(tables, fleet, environment));
  }

  @Override
  public void prime() throws MessageException {
    Map<String, Object> nowhere = Map.of("pathParameters", Map.of("device", "-", "job", "-"));
    routes.prime(ApiRoute.LIST_DEVICE_JOBS, nowhere);
    routes.prime(ApiRoute.GET_JOB, nowhere);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> routes.answer(input)));
  }
}
