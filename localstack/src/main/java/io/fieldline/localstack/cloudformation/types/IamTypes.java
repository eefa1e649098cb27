// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.iam.model.*;

/// AWS::IAM::Role, Policy, ManagedPolicy.
final class IamTypes {
  private static final Set<String> NOT_IN_CREATE_ROLE =
      Set.of("Policies", "ManagedPolicyArns", "AssumeRolePolicyDocument", "RoleName");

  private final Api api;

  IamTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::IAM::Role",
        new TaggedType(
            CallType.of(this::createRole, this::updateRole, this::deleteRole, "RoleName", "Path"),
            new Retags(api)::role));
    types.add(
        "AWS::IAM::Policy",
        CallType.of(
            this::createPolicy, this::updatePolicy, (w, _) -> removePolicy(w.properties())));
    types.add(
        "AWS::IAM::ManagedPolicy",
        CallType.replacedByAnyChange(this::createManaged, this::deleteManaged));
  }

  private Made createRole(Wanted w) {
    JsonNode p = w.properties();
    String name = p.path("RoleName").asText(w.uniqueName());
    var request =
        PropertyMapper.fill(CreateRoleRequest.builder(), p, NOT_IN_CREATE_ROLE)
            .roleName(name)
            .assumeRolePolicyDocument(p.path("AssumeRolePolicyDocument").toString())
            .build();
    Role role = api.call(request, CreateRoleResponse.class).role();
    try {
      putPolicies(name, p);
    } catch (RuntimeException failure) {
      removeRole(name);
      throw failure;
    }
    return role(role);
  }

  private static Made role(Role role) {
    return new Made(role.roleName(), Map.of("Arn", role.arn(), "RoleId", role.roleId()));
  }

  private void putPolicies(String role, JsonNode p) {
    for (JsonNode policy : p.path("Policies")) {
      api.call(
          PutRolePolicyRequest.builder()
              .roleName(role)
              .policyName(policy.path("PolicyName").asText())
              .policyDocument(policy.path("PolicyDocument").toString())
              .build(),
          PutRolePolicyResponse.class);
    }
    for (JsonNode arn : p.path("ManagedPolicyArns")) {
      api.call(
          AttachRolePolicyRequest.builder().roleName(role).policyArn(arn.asText()).build(),
          AttachRolePolicyResponse.class);
    }
  }

  private Made updateRole(Wanted w, String name, JsonNode old) {
    JsonNode p = w.properties();
    api.call(
        UpdateAssumeRolePolicyRequest.builder()
            .roleName(name)
            .policyDocument(p.path("AssumeRolePolicyDocument").toString())
            .build(),
        UpdateAssumeRolePolicyResponse.class);
    removePolicies(name, old);
    putPolicies(name, p);
    return role(
        api.call(GetRoleRequest.builder().roleName(name).build(), GetRoleResponse.class).role());
  }

  private void removePolicies(String role, JsonNode p) {
    for (JsonNode policy : p.path("Policies")) {
      api.call(
          DeleteRolePolicyRequest.builder()
              .roleName(role)
              .policyName(policy.path("PolicyName").asText())
              .build(),
          DeleteRolePolicyResponse.class);
    }
    for (JsonNode arn : p.path("ManagedPolicyArns")) {
      api.call(
          DetachRolePolicyRequest.builder().roleName(role).policyArn(arn.asText()).build(),
          DetachRolePolicyResponse.class);
    }
  }

  private void deleteRole(Wanted w, String name) {
    removeRole(name);
  }

  private void removeRole(String name) {
    api.call(
            ListRolePoliciesRequest.builder().roleName(name).build(),
            ListRolePoliciesResponse.class)
        .policyNames()
        .forEach(policy ->
            api.call(
                DeleteRolePolicyRequest.builder().roleName(name).policyName(policy).build(),
                DeleteRolePolicyResponse.class));
    api.call(
            ListAttachedRolePoliciesRequest.builder().roleName(name).build(),
            ListAttachedRolePoliciesResponse.class)
        .attachedPolicies()
        .forEach(policy ->
            api.call(
                DetachRolePolicyRequest.builder()
                    .roleName(name)
                    .policyArn(policy.policyArn())
                    .build(),
                DetachRolePolicyResponse.class));
    api.call(DeleteRoleRequest.builder().roleName(name).build(), DeleteRoleResponse.class);
  }

  private Made createPolicy(Wanted w) {
    putPolicy(w.properties());
    return new Made(w.uniqueName(), Map.of());
  }

  private Made updatePolicy(Wanted w, String id, JsonNode old) {
    removePolicy(old);
    putPolicy(w.properties());
    return new Made(id, Map.of());
  }

  private void putPolicy(JsonNode p) {
    String name = p.path("PolicyName").asText();
    String document = p.path("PolicyDocument").toString();
    for (JsonNode role : p.path("Roles")) {
      api.call(
          PutRolePolicyRequest.builder()
              .roleName(role.asText())
              .policyName(name)
              .policyDocument(document)
              .build(),
          PutRolePolicyResponse.class);
    }
    for (JsonNode user : p.path("Users")) {
      api.call(
          PutUserPolicyRequest.builder()
              .userName(user.asText())
              .policyName(name)
              .policyDocument(document)
              .build(),
          PutUserPolicyResponse.class);
    }
  }

  private void removePolicy(JsonNode p) {
    String name = p.path("PolicyName").asText();
    for (JsonNode role : p.path("Roles")) {
      api.call(
          DeleteRolePolicyRequest.builder().roleName(role.asText()).policyName(name).build(),
          DeleteRolePolicyResponse.class);
    }
    for (JsonNode user : p.path("Users")) {
      api.call(
          DeleteUserPolicyRequest.builder().userName(user.asText()).policyName(name).build(),
          DeleteUserPolicyResponse.class);
    }
  }

  private Made createManaged(Wanted w) {
    JsonNode p = w.properties();
    var policy =
        api.call(
                CreatePolicyRequest.builder()
                    .policyName(p.path("ManagedPolicyName").asText(w.uniqueName()))
                    .description(p.path("Description").asText(null))
                    .path(p.path("Path").asText("/"))
                    .policyDocument(p.path("PolicyDocument").toString())
                    .build(),
                CreatePolicyResponse.class)
            .policy();
    for (JsonNode role : p.path("Roles")) {
      api.call(
          AttachRolePolicyRequest.builder().roleName(role.asText()).policyArn(policy.arn()).build(),
          AttachRolePolicyResponse.class);
    }
    return new Made(policy.arn(), Map.of("PolicyArn", policy.arn(), "PolicyId", policy.policyId()));
  }

  private void deleteManaged(Wanted w, String arn) {
    for (JsonNode role : w.properties().path("Roles")) {
      api.call(
          DetachRolePolicyRequest.builder().roleName(role.asText()).policyArn(arn).build(),
          DetachRolePolicyResponse.class);
    }
    api.call(DeletePolicyRequest.builder().policyArn(arn).build(), DeletePolicyResponse.class);
  }
}
