// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.policy.MalformedPolicyException;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.iot.model.CreatePolicyRequest;
import software.amazon.awssdk.services.iot.model.CreatePolicyResponse;
import software.amazon.awssdk.services.iot.model.CreatePolicyVersionRequest;
import software.amazon.awssdk.services.iot.model.CreatePolicyVersionResponse;
import software.amazon.awssdk.services.iot.model.DeletePolicyRequest;
import software.amazon.awssdk.services.iot.model.DeletePolicyResponse;
import software.amazon.awssdk.services.iot.model.DeletePolicyVersionRequest;
import software.amazon.awssdk.services.iot.model.DeletePolicyVersionResponse;
import software.amazon.awssdk.services.iot.model.GetPolicyRequest;
import software.amazon.awssdk.services.iot.model.GetPolicyResponse;
import software.amazon.awssdk.services.iot.model.GetPolicyVersionRequest;
import software.amazon.awssdk.services.iot.model.GetPolicyVersionResponse;
import software.amazon.awssdk.services.iot.model.ListPoliciesRequest;
import software.amazon.awssdk.services.iot.model.ListPoliciesResponse;
import software.amazon.awssdk.services.iot.model.ListPolicyVersionsRequest;
import software.amazon.awssdk.services.iot.model.ListPolicyVersionsResponse;
import software.amazon.awssdk.services.iot.model.Policy;
import software.amazon.awssdk.services.iot.model.PolicyVersion;
import software.amazon.awssdk.services.iot.model.SetDefaultPolicyVersionRequest;
import software.amazon.awssdk.services.iot.model.SetDefaultPolicyVersionResponse;

/// IoT policies and their versions.
///
/// Source: AWS IoT Core Developer Guide, "AWS IoT Core policies"; its quotas: 2,048 characters
/// without white space, five versions.
public final class Policies {
  private static final int MOST_CHARACTERS = 2048;
  private static final int MOST_VERSIONS = 5;

  private final MVMap<String, IotPolicy> policies;
  private final Links targets;
  private final StackInfo info;
  private final StackClock clock;
  private final Tags tags;
  private final Supplier<String> ids;
  private final RegistryVersion version;
  private final Map<Named, PolicyDocument> parsed = new ConcurrentHashMap<>();

  private record Named(String name, String document) {}

  Policies(
      Store store,
      Links targets,
      StackInfo info,
      StackClock clock,
      Tags tags,
      Supplier<String> ids,
      RegistryVersion version) {
    this.policies = store.map("iot/policies", IotPolicy.class);
    this.targets = targets;
    this.info = info;
    this.clock = clock;
    this.tags = tags;
    this.ids = ids;
    this.version = version;
  }

  void register(Api api) {
    api.on(CreatePolicyRequest.class, this::createPolicy).resource(r -> arn(r.policyName()));
    api.on(GetPolicyRequest.class, this::getPolicy).resource(r -> arn(r.policyName()));
    api.on(DeletePolicyRequest.class, this::deletePolicy).resource(r -> arn(r.policyName()));
    api.on(ListPoliciesRequest.class, this::listPolicies);
    api.on(CreatePolicyVersionRequest.class, this::createPolicyVersion)
        .resource(r -> arn(r.policyName()));
    api.on(GetPolicyVersionRequest.class, this::getPolicyVersion)
        .resource(r -> arn(r.policyName()));
    api.on(DeletePolicyVersionRequest.class, this::deletePolicyVersion)
        .resource(r -> arn(r.policyName()));
    api.on(ListPolicyVersionsRequest.class, this::listPolicyVersions)
        .resource(r -> arn(r.policyName()));
    api.on(SetDefaultPolicyVersionRequest.class, this::setDefaultPolicyVersion)
        .resource(r -> arn(r.policyName()));
  }

  /// The document in force of each policy that still exists.
  List<PolicyDocument> documents(List<String> names) {
    return names.stream().flatMap(n -> document(n).stream()).toList();
  }

  private Optional<PolicyDocument> document(String name) {
    return Optional.ofNullable(policies.get(name))
        .map(p ->
            parsed.computeIfAbsent(
                new Named(name, p.document()), n -> PolicyDocument.parse(n.name(), n.document())));
  }

  String arn(String name) {
    return info.arn("iot", "policy/" + name);
  }

  IotPolicy get(String name) {
    IotPolicy policy = policies.get(name);
    if (policy == null) {
      throw AwsFailure.notFound("Policy not found");
    }
    return policy;
  }

  Policy shape(String name) {
    return Policy.builder().policyName(name).policyArn(arn(name)).build();
  }

  private String valid(String document) {
    if (document.replaceAll("\\s", "").length() > MOST_CHARACTERS) {
      throw IotFailures.limitExceeded(
          "A policy document has at most " + MOST_CHARACTERS + " characters without white space");
    }
    try {
      PolicyDocument.parse(document);
      return document;
    } catch (MalformedPolicyException e) {
      throw new AwsFailure(
          "MalformedPolicyException", 400, "Policy document is Malformed: " + e.getMessage());
    }
  }

  private void put(IotPolicy policy) {
    policies.put(policy.name(), policy);
    parsed.clear();
    version.changed();
  }

  private synchronized CreatePolicyResponse createPolicy(CreatePolicyRequest request) {
    String name = request.policyName();
    String document = valid(request.policyDocument());
    if (policies.containsKey(name)) {
      throw new AwsFailure(
          "ResourceAlreadyExistsException",
          409,
          "Policy cannot be created - name already exists (name=" + name + ")",
          Map.of("resourceId", name, "resourceArn", arn(name)));
    }
    var now = clock.instant();
    var first = new IotPolicy.Version("1", document, now);
    put(new IotPolicy(name, "1", List.of(first), 1, now, now, ids.get()));
    tags.put(arn(name), request.tags());
    return CreatePolicyResponse.builder()
        .policyName(name)
        .policyArn(arn(name))
        .policyDocument(document)
        .policyVersionId("1")
        .build();
  }

  private GetPolicyResponse getPolicy(GetPolicyRequest request) {
    IotPolicy p = get(request.policyName());
    return GetPolicyResponse.builder()
        .policyName(p.name())
        .policyArn(arn(p.name()))
        .policyDocument(p.document())
        .defaultVersionId(p.defaultVersion())
        .creationDate(p.createdAt())
        .lastModifiedDate(p.modifiedAt())
        .generationId(p.generationId())
        .build();
  }

  private synchronized DeletePolicyResponse deletePolicy(DeletePolicyRequest request) {
    IotPolicy policy = get(request.policyName());
    if (!targets.rightsOf(policy.name()).isEmpty()) {
      throw IotFailures.deleteConflict(
          "The policy cannot be deleted as the policy is attached to one or more principals (name="
              + policy.name()
              + ")");
    }
    if (policy.versions().size() > 1) {
      throw IotFailures.deleteConflict(
          "Cannot delete the policy because it has one or more policy versions attached to it"
              + " (name="
              + policy.name()
              + ")");
    }
    policies.remove(policy.name());
    tags.forget(arn(policy.name()));
    version.changed();
    return DeletePolicyResponse.builder().build();
  }

  private ListPoliciesResponse listPolicies(ListPoliciesRequest request) {
    var page = Page.of(policies.values(), IotPolicy::name, request.pageSize(), request.marker());
    return ListPoliciesResponse.builder()
        .policies(page.items().stream().map(p -> shape(p.name())).toList())
        .nextMarker(page.next())
        .build();
  }

  private synchronized CreatePolicyVersionResponse createPolicyVersion(
      CreatePolicyVersionRequest request) {
    IotPolicy policy = get(request.policyName());
    String document = valid(request.policyDocument());
    if (policy.versions().size() >= MOST_VERSIONS) {
      throw new AwsFailure(
          "VersionsLimitExceededException",
          409,
          "The policy " + policy.name() + " already has the maximum number of versions (5)");
    }
    String id = Integer.toString(policy.created() + 1);
    boolean asDefault = Boolean.TRUE.equals(request.setAsDefault());
    var now = clock.instant();
    var added = new IotPolicy.Version(id, document, now);
    put(policy.with(added, asDefault ? id : policy.defaultVersion(), now));
    return CreatePolicyVersionResponse.builder()
        .policyArn(arn(policy.name()))
        .policyDocument(document)
        .policyVersionId(id)
        .isDefaultVersion(asDefault)
        .build();
  }

  private static IotPolicy.Version version(IotPolicy policy, String id) {
    return policy
        .version(id)
        .orElseThrow(() -> AwsFailure.notFound("The version " + id + " does not exist."));
  }

  private GetPolicyVersionResponse getPolicyVersion(GetPolicyVersionRequest request) {
    IotPolicy policy = get(request.policyName());
    IotPolicy.Version v = version(policy, request.policyVersionId());
    return GetPolicyVersionResponse.builder()
        .policyArn(arn(policy.name()))
        .policyName(policy.name())
        .policyDocument(v.document())
        .policyVersionId(v.id())
        .isDefaultVersion(v.id().equals(policy.defaultVersion()))
        .creationDate(v.createdAt())
        .lastModifiedDate(v.createdAt())
        .generationId(policy.generationId())
        .build();
  }

  private synchronized DeletePolicyVersionResponse deletePolicyVersion(
      DeletePolicyVersionRequest request) {
    IotPolicy policy = get(request.policyName());
    String id = version(policy, request.policyVersionId()).id();
    if (id.equals(policy.defaultVersion())) {
      throw IotFailures.deleteConflict("Cannot delete the default version of a policy");
    }
    put(policy.without(id, clock.instant()));
    return DeletePolicyVersionResponse.builder().build();
  }

  private ListPolicyVersionsResponse listPolicyVersions(ListPolicyVersionsRequest request) {
    IotPolicy policy = get(request.policyName());
    return ListPolicyVersionsResponse.builder()
        .policyVersions(
            policy.versions().stream()
                .map(v ->
                    PolicyVersion.builder()
                        .versionId(v.id())
                        .isDefaultVersion(v.id().equals(policy.defaultVersion()))
                        .createDate(v.createdAt())
                        .build())
                .toList())
        .build();
  }

  private synchronized SetDefaultPolicyVersionResponse setDefaultPolicyVersion(
      SetDefaultPolicyVersionRequest request) {
    IotPolicy policy = get(request.policyName());
    String id = version(policy, request.policyVersionId()).id();
    put(policy.withDefault(id, clock.instant()));
    return SetDefaultPolicyVersionResponse.builder().build();
  }
}
