// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.FirstRequests;
import io.fieldline.lambdas.api.Groups;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Listing;
import io.fieldline.messages.MessageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.CreateJobRequest;
import software.amazon.awssdk.services.iot.model.InvalidRequestException;
import software.amazon.awssdk.services.iot.model.InvalidStateTransitionException;
import software.amazon.awssdk.services.iot.model.Job;
import software.amazon.awssdk.services.iot.model.JobStatus;
import software.amazon.awssdk.services.iot.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;
import software.amazon.awssdk.services.iot.model.TargetSelection;

/// `/jobs` and `/jobs/{job}`.
final class JobRoutes {
  /// What AWS IoT does not have: it was deleted there, or the request that made it ended before.
  private static final String ABSENT = "ABSENT";

  private static final int LONGEST_COMMENT = 1_000;

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final IotClient iot;
  private final JobNames names;
  private final JobRegister register;
  private final Devices devices;
  private final Groups groups;
  private final FirstRequests requests;
  private final Settings settings;

  /// What a stage has for jobs.
  ///
  /// @param rotationTemplate by which certificates are rotated
  /// @param presigningRole with which AWS IoT reads what devices are to fetch
  record Settings(String rotationTemplate, String presigningRole) {}

  JobRoutes(
      DynamoDbClient tables,
      String fleetTable,
      IotClient iot,
      JobNames names,
      FirstRequests requests,
      Settings settings) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.iot = iot;
    this.names = names;
    this.register = new JobRegister(tables, fleetTable);
    this.devices = new Devices(tables, fleetTable);
    this.groups = new Groups(tables, fleetTable);
    this.requests = requests;
    this.settings = settings;
  }

  ApiAnswer create(ApiRequest request) throws ApiException, MessageException {
    var order = order(request);
    for (var name : order.devices()) {
      var device = devices.require(name);
      if (!device.thing().equals(name)) {
        throw new ApiException(
            400,
            "devices: expected things, got '%s', which is behind %s"
                .formatted(name, device.thing()));
      }
    }
    for (var group : order.groups()) {
      groups.require(group);
    }
    var first = requests.of(request);
    var job = FleetKeys.commandId(first.atMs(), first.unique());
    register.begin(job, order, request.person(), first.atMs());
    // A request that is sent again after its job was deleted makes no second one.
    var item = register.require(job);
    try {
      iot.createJob(awsOrder(job, order));
    } catch (ResourceAlreadyExistsException madeBefore) {
      // By the same request.
    } catch (ResourceNotFoundException | InvalidRequestException e) {
      register.forget(job);
      throw new ApiException(
          e instanceof ResourceNotFoundException ? 404 : 400,
          "AWS IoT: " + e.awsErrorDetails().errorMessage());
    }
    return new ApiAnswer(202, view(item));
  }

  private JobOrder order(ApiRequest request) throws ApiException {
    try {
      return JobOrder.of(request.body(), settings.rotationTemplate());
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  private CreateJobRequest awsOrder(String job, JobOrder order) {
    var conditions = order.conditions();
    var made =
        CreateJobRequest.builder()
            .jobId(names.awsId(job))
            .targets(names.targets(order))
            .document(order.document().json())
            .targetSelection(
                order.isContinuous() ? TargetSelection.CONTINUOUS : TargetSelection.SNAPSHOT)
            .description(order.description().orElse(null))
            .jobExecutionsRolloutConfig(conditions.rollout().orElse(null))
            .abortConfig(conditions.abort().orElse(null))
            .timeoutConfig(conditions.timeout().orElse(null))
            .jobExecutionsRetryConfig(conditions.retries().orElse(null));
    if (order.document().isPresigned()) {
      made.presignedUrlConfig(p -> p.roleArn(settings.presigningRole()));
    }
    return made.build();
  }

  ApiAnswer list(ApiRequest request) throws ApiException {
    var listing = new Listing(FleetKeys.JOBS, "", true);
    var page = Lists.page(tables, fleetTable, listing, JobRegister::isThere, request);
    var jobs = new ArrayList<Map<String, Object>>();
    for (var item : page.items()) {
      jobs.add(view(item));
    }
    return Lists.answer("jobs", jobs, page.next());
  }

  ApiAnswer get(ApiRequest request) throws ApiException, MessageException {
    var job = request.path("job");
    var view = view(register.require(job));
    try {
      var document = iot.getJobDocument(get -> get.jobId(names.awsId(job))).document();
      view.put("document", JsonObject.parse(document).members());
    } catch (ResourceNotFoundException absent) {
      // Its status says so.
    }
    return ApiAnswer.ok(view);
  }

  /// As asked, and how far it is. What changes no more is kept, and AWS IoT not asked again.
  private Map<String, Object> view(Map<String, AttributeValue> item) {
    var view = JobJson.asked(item);
    var ended = JobJson.ended(item);
    if (ended.isPresent()) {
      view.putAll(ended.get());
      return view;
    }
    var job = Attributes.text(item, "sk").orElseThrow();
    describe(job)
        .ifPresentOrElse(
            found -> {
              view.putAll(JobJson.progress(found));
              keepIfEnded(job, found);
            },
            () -> {
              view.put("status", ABSENT);
              view.put("counts", Map.of());
            });
    return view;
  }

  private void keepIfEnded(String job, Job found) {
    var counts = JobJson.counts(found.jobProcessDetails());
    boolean isTerminal =
        found.status() == JobStatus.COMPLETED || found.status() == JobStatus.CANCELED;
    if (isTerminal
        && counts.getOrDefault("queued", 0) + counts.getOrDefault("inProgress", 0) == 0) {
      register.ended(job, found.statusAsString(), counts);
    }
  }

  private Optional<Job> describe(String job) {
    try {
      return Optional.of(iot.describeJob(get -> get.jobId(names.awsId(job))).job());
    } catch (ResourceNotFoundException absent) {
      return Optional.empty();
    }
  }

  /// Devices that were not told are not told any more; those that have begun go on, unless it is by
  /// force. Asked for again it is answered as it stands.
  ApiAnswer cancel(ApiRequest request) throws ApiException, MessageException {
    var job = request.path("job");
    var item = register.require(job);
    var how = Cancellation.of(request);
    var comment = how.comment().orElse("");
    if (comment.length() > LONGEST_COMMENT) {
      throw new ApiException(
          400,
          "comment: expected at most " + LONGEST_COMMENT + " characters, got " + comment.length());
    }
    var found = describe(job).orElseThrow(() -> absent(job));
    if (found.status() == JobStatus.CANCELED) {
      return ApiAnswer.ok(view(item));
    }
    try {
      iot.cancelJob(cancel ->
          cancel
              .jobId(names.awsId(job))
              .force(how.isForced())
              .reasonCode("ASKED")
              .comment(comment.isEmpty() ? null : comment));
    } catch (InvalidRequestException over) {
      throw new ApiException(
          409, "expected a job in progress, got one that is " + found.statusAsString());
    }
    return ApiAnswer.ok(view(register.require(job)));
  }

  private static ApiException absent(String job) {
    return new ApiException(409, "AWS IoT has no job '" + job + "' any more; delete it here, too");
  }

  /// One that is over, with what each device said of it.
  ApiAnswer delete(ApiRequest request) throws ApiException, MessageException {
    var job = request.path("job");
    register.require(job);
    try {
      iot.deleteJob(delete -> delete.jobId(names.awsId(job)));
    } catch (ResourceNotFoundException absent) {
      // As it should be.
    } catch (InvalidStateTransitionException running) {
      throw new ApiException(
          409, "expected a job that is over, got one in progress: cancel it first");
    }
    register.deleted(job, request.receivedMs());
    return ApiAnswer.ok(new HashMap<>());
  }
}
