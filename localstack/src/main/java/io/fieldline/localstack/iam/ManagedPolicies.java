// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iam;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.policy.ParsedPolicies;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.iam.model.*;

/// Customer-managed policies, and those of AWS's own that deployments attach.
final class ManagedPolicies {
  private static final String THINGS_REGISTRATION =
      "[\"iot:AddThingToBillingGroup\",\"iot:AddThingToThingGroup\",\"iot:AttachPolicy\","
          + "\"iot:AttachPrincipalPolicy\",\"iot:AttachThingPrincipal\","
          + "\"iot:CreateCertificateFromCsr\",\"iot:CreatePolicy\",\"iot:CreateThing\","
          + "\"iot:DescribeCertificate\",\"iot:DescribeThing\",\"iot:DescribeThingGroup\","
          + "\"iot:DescribeThingType\",\"iot:DetachPolicy\",\"iot:DetachThingPrincipal\","
          + "\"iot:GetPolicy\",\"iot:ListAttachedPolicies\",\"iot:ListPolicyPrincipals\","
          + "\"iot:ListPrincipalPolicies\",\"iot:ListPrincipalThings\","
          + "\"iot:ListTargetsForPolicy\",\"iot:ListThingGroupsForThing\","
          + "\"iot:ListThingPrincipals\",\"iot:RegisterCertificate\",\"iot:RegisterThing\","
          + "\"iot:RemoveThingFromBillingGroup\",\"iot:RemoveThingFromThingGroup\","
          + "\"iot:UpdateCertificate\",\"iot:UpdateThing\","
          + "\"iot:UpdateThingGroupsForThing\"]";

  /// Source: AWS Managed Policy Reference, the pages of these names.
  private static final Map<String, String> OF_AWS =
      Map.of(
          "arn:aws:iam::aws:policy/AdministratorAccess",
          allow("[\"*\"]"),
          "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
          allow("[\"logs:CreateLogGroup\",\"logs:CreateLogStream\",\"logs:PutLogEvents\"]"),
          "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
          allow(
              "[\"sqs:ReceiveMessage\",\"sqs:DeleteMessage\",\"sqs:GetQueueAttributes\","
                  + "\"logs:CreateLogGroup\",\"logs:CreateLogStream\",\"logs:PutLogEvents\"]"),
          "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
          allow(
              "[\"xray:PutTraceSegments\",\"xray:PutTelemetryRecords\",\"xray:GetSamplingRules\","
                  + "\"xray:GetSamplingTargets\",\"xray:GetSamplingStatisticSummaries\"]"),
          "arn:aws:iam::aws:policy/service-role/AWSIoTThingsRegistration",
          allow(THINGS_REGISTRATION),
          "arn:aws:iam::aws:policy/ReadOnlyAccess",
          allow("[\"*:Describe*\",\"*:Get*\",\"*:List*\"]"));

  private final MVMap<String, ManagedPolicy> policies;
  private final ParsedPolicies parsed = new ParsedPolicies();
  private final StackInfo stack;
  private final StackClock clock;
  private final Supplier<String> ids;
  private Predicate<String> isAttached = _ -> false;

  /// A policy as it is kept, by its ARN.
  record ManagedPolicy(
      String arn,
      String name,
      String path,
      String id,
      Instant createdAt,
      String description,
      String document,
      int version) {}

  ManagedPolicies(Store store, StackInfo stack, StackClock clock, Supplier<String> ids) {
    this.policies = store.map("iam/policies", ManagedPolicy.class);
    this.stack = stack;
    this.clock = clock;
    this.ids = ids;
  }

  void register(Api api, Predicate<String> attached) {
    this.isAttached = attached;
    api.on(CreatePolicyRequest.class, this::create)
        .resource(r -> arn(r.path() == null ? "/" : r.path(), r.policyName()));
    api.on(GetPolicyRequest.class, this::get).resource(GetPolicyRequest::policyArn);
    api.on(GetPolicyVersionRequest.class, this::getVersion)
        .resource(GetPolicyVersionRequest::policyArn);
    api.on(CreatePolicyVersionRequest.class, this::createVersion)
        .resource(CreatePolicyVersionRequest::policyArn);
    api.on(ListPolicyVersionsRequest.class, this::listVersions)
        .resource(ListPolicyVersionsRequest::policyArn);
    api.on(DeletePolicyRequest.class, this::delete).resource(DeletePolicyRequest::policyArn);
    api.on(ListPoliciesRequest.class, this::list);
  }

  Optional<PolicyDocument> document(String arn) {
    String ofAws = OF_AWS.get(arn);
    if (ofAws != null) {
      return Optional.of(parsed.of(arn, ofAws));
    }
    return Optional.ofNullable(policies.get(arn)).map(p -> parsed.of(arn, p.document()));
  }

  private CreatePolicyResponse create(CreatePolicyRequest request) {
    String path = request.path() == null ? "/" : request.path();
    String arn = arn(path, request.policyName());
    var policy =
        new ManagedPolicy(
            arn,
            request.policyName(),
            path,
            "ANPA" + ids.get(),
            clock.instant(),
            Roles.orEmpty(request.description()),
            IamFailures.valid(request.policyDocument()),
            1);
    if (policies.putIfAbsent(arn, policy) != null) {
      throw new io.fieldline.localstack.api.AwsFailure(
          "EntityAlreadyExists",
          409,
          "A policy called "
              + request.policyName()
              + " already exists. Duplicate names are not allowed.");
    }
    return CreatePolicyResponse.builder().policy(shape(policy)).build();
  }

  private GetPolicyResponse get(GetPolicyRequest request) {
    return GetPolicyResponse.builder().policy(shape(policy(request.policyArn()))).build();
  }

  private GetPolicyVersionResponse getVersion(GetPolicyVersionRequest request) {
    ManagedPolicy policy = policy(request.policyArn());
    if (!request.versionId().equals("v" + policy.version())) {
      throw new io.fieldline.localstack.api.AwsFailure(
          "NoSuchEntity",
          404,
          "Policy "
              + policy.arn()
              + " version "
              + request.versionId()
              + " does not exist or is not attachable.");
    }
    return GetPolicyVersionResponse.builder().policyVersion(version(policy)).build();
  }

  /// Only the newest version is kept, and it is the default one: asking for another is refused.
  private CreatePolicyVersionResponse createVersion(CreatePolicyVersionRequest request) {
    if (!Boolean.TRUE.equals(request.setAsDefault())) {
      throw new io.fieldline.localstack.api.AwsFailure(
          "NotImplemented",
          400,
          "This local stack keeps one version of a managed policy: set SetAsDefault");
    }
    ManagedPolicy old = policy(request.policyArn());
    var next =
        new ManagedPolicy(
            old.arn(),
            old.name(),
            old.path(),
            old.id(),
            old.createdAt(),
            old.description(),
            IamFailures.valid(request.policyDocument()),
            old.version() + 1);
    policies.put(old.arn(), next);
    return CreatePolicyVersionResponse.builder().policyVersion(version(next)).build();
  }

  private ListPolicyVersionsResponse listVersions(ListPolicyVersionsRequest request) {
    return ListPolicyVersionsResponse.builder()
        .versions(version(policy(request.policyArn())))
        .isTruncated(false)
        .build();
  }

  private DeletePolicyResponse delete(DeletePolicyRequest request) {
    policy(request.policyArn());
    if (isAttached.test(request.policyArn())) {
      throw IamFailures.conflict("Cannot delete a policy attached to entities.");
    }
    policies.remove(request.policyArn());
    return DeletePolicyResponse.builder().build();
  }

  private ListPoliciesResponse list(ListPoliciesRequest request) {
    return ListPoliciesResponse.builder()
        .policies(policies.values().stream().map(this::shape).toList())
        .isTruncated(false)
        .build();
  }

  private ManagedPolicy policy(String arn) {
    ManagedPolicy policy = policies.get(arn);
    if (policy == null && OF_AWS.containsKey(arn)) {
      return new ManagedPolicy(
          arn,
          Roles.lastPart(arn),
          "/",
          "ANPAAWS",
          Instant.EPOCH,
          "",
          String.valueOf(OF_AWS.get(arn)),
          1);
    }
    if (policy == null) {
      throw new io.fieldline.localstack.api.AwsFailure(
          "NoSuchEntity", 404, "Policy " + arn + " was not found.");
    }
    return policy;
  }

  private Policy shape(ManagedPolicy policy) {
    return Policy.builder()
        .arn(policy.arn())
        .policyName(policy.name())
        .policyId(policy.id())
        .path(policy.path())
        .createDate(policy.createdAt())
        .updateDate(policy.createdAt())
        .defaultVersionId("v" + policy.version())
        .isAttachable(true)
        .build();
  }

  private PolicyVersion version(ManagedPolicy policy) {
    return PolicyVersion.builder()
        .versionId("v" + policy.version())
        .isDefaultVersion(true)
        .createDate(policy.createdAt())
        .document(Roles.urlEncoded(policy.document()))
        .build();
  }

  private String arn(String path, String name) {
    return "arn:aws:iam::" + stack.accountId() + ":policy" + path + name;
  }

  private static String allow(String actions) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
        + actions
        + ",\"Resource\":\"*\"}]}";
  }
}
