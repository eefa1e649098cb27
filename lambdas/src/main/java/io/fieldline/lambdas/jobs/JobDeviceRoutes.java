// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.messages.MessageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.InvalidStateTransitionException;
import software.amazon.awssdk.services.iot.model.JobExecutionStatus;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;

/// What each device does of a job, and the jobs of one device.
final class JobDeviceRoutes {
  private final IotClient iot;
  private final JobNames names;
  private final JobRegister register;

  JobDeviceRoutes(DynamoDbClient tables, String fleetTable, IotClient iot, JobNames names) {
    this.iot = iot;
    this.names = names;
    this.register = new JobRegister(tables, fleetTable);
  }

  ApiAnswer list(ApiRequest request) throws ApiException {
    var job = request.path("job");
    register.require(job);
    int limit = Lists.limit(request);
    var status = status(request);
    var from = Cursor.in(request, "");
    try {
      var part =
          iot.listJobExecutionsForJob(list ->
              list.jobId(names.awsId(job))
                  .status(status.orElse(null))
                  .maxResults(limit)
                  .nextToken(from.orElse(null)));
      var devices = new ArrayList<Map<String, Object>>();
      for (var one : part.executionSummaries()) {
        var json = new LinkedHashMap<String, Object>();
        json.put("device", JobNames.thing(one.thingArn()));
        json.putAll(JobJson.summary(one.jobExecutionSummary()));
        devices.add(json);
      }
      return Lists.answer("devices", devices, next(part.nextToken()));
    } catch (ResourceNotFoundException absent) {
      return Lists.answer("devices", new ArrayList<>(), Optional.empty());
    }
  }

  private static Optional<String> next(@Nullable String token) {
    return Optional.ofNullable(token);
  }

  private static Optional<JobExecutionStatus> status(ApiRequest request) throws ApiException {
    var text = request.query("status");
    var status = text.map(JobExecutionStatus::fromValue);
    if (status.isPresent() && status.get() == JobExecutionStatus.UNKNOWN_TO_SDK_VERSION) {
      throw new ApiException(
          400,
          "status: expected one of " + JobExecutionStatus.knownValues() + ", got " + text.get());
    }
    return status;
  }

  ApiAnswer get(ApiRequest request) throws ApiException {
    var job = request.path("job");
    var device = request.path("device");
    register.require(job);
    try {
      return ApiAnswer.ok(
          JobJson.execution(
              iot.describeJobExecution(get -> get.jobId(names.awsId(job)).thingName(device))
                  .execution()));
    } catch (ResourceNotFoundException notTold) {
      throw notTold(job, device);
    }
  }

  private static ApiException notTold(String job, String device) {
    return new ApiException(
        404, "the device '%s' was not told of the job '%s'".formatted(device, job));
  }

  ApiAnswer cancel(ApiRequest request) throws ApiException, MessageException {
    var job = request.path("job");
    var device = request.path("device");
    register.require(job);
    var how = Cancellation.of(request);
    try {
      iot.cancelJobExecution(cancel -> {
        cancel.jobId(names.awsId(job)).thingName(device).force(how.isForced());
        how.comment().ifPresent(text -> cancel.statusDetails(Map.of("comment", text)));
      });
    } catch (ResourceNotFoundException notTold) {
      throw notTold(job, device);
    } catch (InvalidStateTransitionException e) {
      throw new ApiException(
          409,
          "expected a device that waits for the job, or with force one that has begun: "
              + e.awsErrorDetails().errorMessage());
    }
    return get(request);
  }

  /// Whoever made them; those of this stage by the API's name, too.
  ApiAnswer ofDevice(ApiRequest request) throws ApiException {
    var device = request.path("device");
    int limit = Lists.limit(request);
    var from = Cursor.in(request, "");
    try {
      var part =
          iot.listJobExecutionsForThing(
              list -> list.thingName(device).maxResults(limit).nextToken(from.orElse(null)));
      var jobs = new ArrayList<Map<String, Object>>();
      for (var one : part.executionSummaries()) {
        var json = new LinkedHashMap<String, Object>();
        json.put("awsJobId", one.jobId());
        names.ours(one.jobId()).ifPresent(job -> json.put("job", job));
        json.putAll(JobJson.summary(one.jobExecutionSummary()));
        jobs.add(json);
      }
      return Lists.answer("jobs", jobs, next(part.nextToken()));
    } catch (ResourceNotFoundException noSuchThing) {
      throw new ApiException(404, "AWS IoT has no thing '" + device + "'");
    }
  }
}
