// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.iot.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.*;

/// Jobs as operators see them.
///
/// Source: AWS IoT API reference, the operations of these names. Assumed: texts of errors; lists
/// begin with what is newest.
final class Jobs {
  private static final int MOST_TARGETS = 100;

  private final JobStore store;
  private final JobEngine engine;
  private final JobDocuments documents;
  private final JobTargets targets;
  private final StackInfo info;
  private final StackClock clock;
  private final Tags tags;

  Jobs(
      JobStore store,
      JobEngine engine,
      JobDocuments documents,
      JobTargets targets,
      StackInfo info,
      StackClock clock,
      Tags tags) {
    this.store = store;
    this.engine = engine;
    this.documents = documents;
    this.targets = targets;
    this.info = info;
    this.clock = clock;
    this.tags = tags;
  }

  void register(Api api) {
    api.on(CreateJobRequest.class, this::create).access(this::creating);
    api.on(DescribeJobRequest.class, this::describe).resource(r -> arn(r.jobId()));
    api.on(GetJobDocumentRequest.class, this::document).resource(r -> arn(r.jobId()));
    api.on(UpdateJobRequest.class, this::update).resource(r -> arn(r.jobId()));
    api.on(CancelJobRequest.class, this::cancel).resource(r -> arn(r.jobId()));
    api.on(DeleteJobRequest.class, this::delete).resource(r -> arn(r.jobId()));
    api.on(ListJobsRequest.class, this::list);
    api.on(AssociateTargetsWithJobRequest.class, this::associate)
        .access(r -> onAll("iot:AssociateTargetsWithJob", r.jobId(), r.targets()));
  }

  /// Source: Service Authorization Reference, "AWS IoT": job and targets are each required.
  private List<Access> creating(CreateJobRequest request) {
    var needed = new ArrayList<>(onAll("iot:CreateJob", request.jobId(), request.targets()));
    var presigning = request.presignedUrlConfig();
    if (presigning != null && presigning.roleArn() != null) {
      needed.add(
          new Access(
              "iam:PassRole",
              presigning.roleArn(),
              Map.of("iam:PassedToService", "iot.amazonaws.com")));
    }
    return needed;
  }

  private List<Access> onAll(String action, String jobId, List<String> arns) {
    var needed = new ArrayList<Access>();
    needed.add(new Access(action, arn(jobId)));
    arns.forEach(target -> needed.add(new Access(action, target)));
    return needed;
  }

  String arn(String id) {
    return info.arn("iot", "job/" + id);
  }

  private Job get(String id) {
    return store
        .job(id)
        .orElseThrow(() -> AwsFailure.notFound("The job " + id + " does not exist."));
  }

  static void refuse(String parameter, @Nullable Object given) {
    if (given != null) {
      throw AwsFailure.invalidRequest(
          parameter + " is not supported by this local stack; it is given as " + given);
    }
  }

  private void checkTargets(List<String> arns, boolean groupsOnly) {
    if (arns.isEmpty() || arns.size() > MOST_TARGETS) {
      throw AwsFailure.invalidRequest(
          "targets: expected 1 to " + MOST_TARGETS + ", got " + arns.size());
    }
    for (String target : arns) {
      String name = target.substring(target.indexOf('/') + 1);
      boolean thing = target.equals(targets.thingArn(name)) && !groupsOnly;
      boolean group = target.equals(targets.groupArn(name));
      if (!thing && !group) {
        throw AwsFailure.invalidRequest(
            "targets: expected the ARN of a thing group"
                + (groupsOnly ? "" : " or of a thing")
                + " of this account and region, got "
                + target);
      }
      if (thing ? !targets.thingExists(name) : !targets.groupExists(name)) {
        throw AwsFailure.notFound("The target " + target + " does not exist.");
      }
    }
  }

  private CreateJobResponse create(CreateJobRequest request) {
    refuse("jobTemplateArn", request.jobTemplateArn());
    refuse("schedulingConfig", request.schedulingConfig());
    refuse("namespaceId", request.namespaceId());
    refuse(
        "documentParameters",
        request.hasDocumentParameters() ? request.documentParameters() : null);
    refuse(
        "destinationPackageVersions",
        request.hasDestinationPackageVersions() ? request.destinationPackageVersions() : null);
    checkTargets(request.targets(), false);
    if ((request.document() == null) == (request.documentSource() == null)) {
      throw AwsFailure.invalidRequest("expected either document or documentSource");
    }
    String document =
        request.document() == null ? documents.read(request.documentSource()) : request.document();
    Job.Presigning presigning = JobShapes.presigning(request.presignedUrlConfig());
    documents.check(document, presigning != null);
    var order =
        new Job.Order(
            List.copyOf(request.targets()),
            request.targetSelection() == TargetSelection.CONTINUOUS,
            document,
            request.documentSource(),
            request.description(),
            presigning,
            JobShapes.rollout(request.jobExecutionsRolloutConfig()),
            JobShapes.abort(request.abortConfig()),
            JobShapes.minutes(request.timeoutConfig()),
            JobShapes.retry(request.jobExecutionsRetryConfig()),
            clock.instant());
    return engine.alone(() -> {
      String id = request.jobId();
      if (store.job(id).isPresent()) {
        throw new AwsFailure(
            "ResourceAlreadyExistsException",
            409,
            "Job already exists: " + id,
            Map.of("resourceId", id, "resourceArn", arn(id)));
      }
      engine.begin(id, order);
      tags.put(arn(id), request.tags());
      return CreateJobResponse.builder()
          .jobArn(arn(id))
          .jobId(id)
          .description(order.description())
          .build();
    });
  }

  private DescribeJobResponse describe(DescribeJobRequest request) {
    return engine.alone(() -> {
      Job job = get(request.jobId());
      return DescribeJobResponse.builder()
          .documentSource(job.order().documentSource())
          .job(JobShapes.described(job, arn(job.id()), store.latest(job.id())))
          .build();
    });
  }

  private GetJobDocumentResponse document(GetJobDocumentRequest request) {
    return GetJobDocumentResponse.builder()
        .document(get(request.jobId()).order().document())
        .build();
  }

  private UpdateJobResponse update(UpdateJobRequest request) {
    refuse("namespaceId", request.namespaceId());
    return engine.alone(() -> {
      Job job = inProgress(get(request.jobId()), "updated");
      Job.Order old = job.order();
      Job.Presigning presigning =
          request.presignedUrlConfig() == null
              ? old.presigning()
              : JobShapes.presigning(request.presignedUrlConfig());
      documents.check(old.document(), presigning != null);
      engine.replaceOrder(
          job,
          new Job.Order(
              old.targets(),
              old.continuous(),
              old.document(),
              old.documentSource(),
              request.description() == null ? old.description() : request.description(),
              presigning,
              request.jobExecutionsRolloutConfig() == null
                  ? old.rollout()
                  : JobShapes.rollout(request.jobExecutionsRolloutConfig()),
              request.abortConfig() == null ? old.abort() : JobShapes.abort(request.abortConfig()),
              request.timeoutConfig() == null
                  ? old.minutes()
                  : JobShapes.minutes(request.timeoutConfig()),
              request.jobExecutionsRetryConfig() == null
                  ? old.retry()
                  : JobShapes.retry(request.jobExecutionsRetryConfig()),
              old.createdAt()));
      return UpdateJobResponse.builder().build();
    });
  }

  private static Job inProgress(Job job, String what) {
    if (!job.isInProgress()) {
      throw AwsFailure.invalidRequest(
          "Job " + job.id() + " cannot be " + what + ": its status is " + job.progress().status());
    }
    return job;
  }

  private CancelJobResponse cancel(CancelJobRequest request) {
    return engine.alone(() -> {
      Job job = inProgress(get(request.jobId()), "canceled");
      boolean force = Boolean.TRUE.equals(request.force());
      engine.cancel(job.id(), force, request.reasonCode(), request.comment());
      return CancelJobResponse.builder()
          .jobArn(arn(job.id()))
          .jobId(job.id())
          .description(job.order().description())
          .build();
    });
  }

  private DeleteJobResponse delete(DeleteJobRequest request) {
    refuse("namespaceId", request.namespaceId());
    return engine.alone(() -> {
      Job job = get(request.jobId());
      if (job.isInProgress() && !Boolean.TRUE.equals(request.force())) {
        throw transition("Job " + job.id() + " is IN_PROGRESS and can be deleted only with force");
      }
      engine.delete(job.id());
      tags.forget(arn(job.id()));
      return DeleteJobResponse.builder().build();
    });
  }

  static AwsFailure transition(String message) {
    return new AwsFailure("InvalidStateTransitionException", 409, message);
  }

  private AssociateTargetsWithJobResponse associate(AssociateTargetsWithJobRequest request) {
    refuse("namespaceId", request.namespaceId());
    checkTargets(request.targets(), true);
    return engine.alone(() -> {
      Job job = inProgress(get(request.jobId()), "associated with targets");
      if (!job.order().continuous()) {
        throw AwsFailure.invalidRequest(
            "Targets are associated with CONTINUOUS jobs only, and " + job.id() + " is a SNAPSHOT");
      }
      if (job.order().targets().size() + request.targets().size() > MOST_TARGETS) {
        throw new AwsFailure(
            "LimitExceededException", 410, "A job has at most " + MOST_TARGETS + " targets");
      }
      engine.associate(job, request.targets(), request.comment());
      return AssociateTargetsWithJobResponse.builder()
          .jobArn(arn(job.id()))
          .jobId(job.id())
          .description(job.order().description())
          .build();
    });
  }

  private ListJobsResponse list(ListJobsRequest request) {
    refuse("namespaceId", request.namespaceId());
    refuse("thingGroupId", request.thingGroupId());
    String group =
        request.thingGroupName() == null ? null : targets.groupArn(request.thingGroupName());
    List<Job> selected =
        engine.alone(() ->
            store.jobs().stream()
                .filter(j ->
                    request.statusAsString() == null
                        || request.statusAsString().equals(j.progress().status()))
                .filter(j ->
                    request.targetSelection() == null
                        || request.targetSelection() == JobShapes.selection(j))
                .filter(j -> group == null || j.order().targets().contains(group))
                .sorted(Comparator.comparing((Job j) -> j.order().createdAt()).reversed())
                .toList());
    var part = Part.of(selected, Job::id, request.maxResults(), request.nextToken());
    return ListJobsResponse.builder()
        .jobs(part.items().stream().map(j -> JobShapes.summary(j, arn(j.id()))).toList())
        .nextToken(part.next())
        .build();
  }
}
