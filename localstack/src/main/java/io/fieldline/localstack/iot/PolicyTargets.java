// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.services.iot.model.AttachPolicyRequest;
import software.amazon.awssdk.services.iot.model.AttachPolicyResponse;
import software.amazon.awssdk.services.iot.model.DetachPolicyRequest;
import software.amazon.awssdk.services.iot.model.DetachPolicyResponse;
import software.amazon.awssdk.services.iot.model.ListAttachedPoliciesRequest;
import software.amazon.awssdk.services.iot.model.ListAttachedPoliciesResponse;
import software.amazon.awssdk.services.iot.model.ListTargetsForPolicyRequest;
import software.amazon.awssdk.services.iot.model.ListTargetsForPolicyResponse;

/// What policies are attached to: certificates, thing groups, Cognito identities.
final class PolicyTargets {
  private static final int MOST = 10;

  private final Policies policies;
  private final Links links;
  private final Predicate<String> targetExists;

  /// @param links policy to target
  PolicyTargets(Policies policies, Links links, Predicate<String> targetExists) {
    this.policies = policies;
    this.links = links;
    this.targetExists = targetExists;
  }

  void register(Api api) {
    api.on(AttachPolicyRequest.class, this::attachPolicy).resource(r -> r.target());
    api.on(DetachPolicyRequest.class, this::detachPolicy).resource(r -> r.target());
    api.on(ListAttachedPoliciesRequest.class, this::listAttachedPolicies).resource(r -> r.target());
    api.on(ListTargetsForPolicyRequest.class, this::listTargetsForPolicy)
        .resource(r -> policies.arn(r.policyName()));
  }

  private AttachPolicyResponse attachPolicy(AttachPolicyRequest request) {
    String name = policies.get(request.policyName()).name();
    String target = request.target();
    if (!targetExists.test(target)) {
      throw AwsFailure.notFound("The target " + target + " does not exist.");
    }
    if (!links.has(name, target) && links.leftsOf(target).size() >= MOST) {
      throw IotFailures.limitExceeded("At most " + MOST + " policies can be attached to " + target);
    }
    links.add(name, target, "");
    return AttachPolicyResponse.builder().build();
  }

  private DetachPolicyResponse detachPolicy(DetachPolicyRequest request) {
    links.remove(policies.get(request.policyName()).name(), request.target());
    return DetachPolicyResponse.builder().build();
  }

  private ListAttachedPoliciesResponse listAttachedPolicies(ListAttachedPoliciesRequest request) {
    if (!targetExists.test(request.target())) {
      throw AwsFailure.notFound("The target " + request.target() + " does not exist.");
    }
    var page =
        Page.of(
            links.leftsOf(request.target()),
            Function.identity(),
            request.pageSize(),
            request.marker());
    return ListAttachedPoliciesResponse.builder()
        .policies(page.items().stream().map(policies::shape).toList())
        .nextMarker(page.next())
        .build();
  }

  private ListTargetsForPolicyResponse listTargetsForPolicy(ListTargetsForPolicyRequest request) {
    List<String> all = new ArrayList<>(links.rightsOf(policies.get(request.policyName()).name()));
    var page = Page.of(all, Function.identity(), request.pageSize(), request.marker());
    return ListTargetsForPolicyResponse.builder()
        .targets(page.items())
        .nextMarker(page.next())
        .build();
  }
}
