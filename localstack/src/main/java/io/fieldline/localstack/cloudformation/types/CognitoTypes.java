// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.cognitoidentityprovider.model.*;

/// AWS::Cognito::UserPool, UserPoolClient, UserPoolDomain, UserPoolGroup.
final class CognitoTypes {
  private static final Set<String> NOT_IN_CREATE = Set.of("UserPoolName", "EnabledMfas");
  private static final Set<String> NOT_IN_UPDATE =
      Set.of(
          "UserPoolName",
          "EnabledMfas",
          "Schema",
          "UsernameConfiguration",
          "AliasAttributes",
          "UsernameAttributes");

  private final Api api;
  private final StackInfo stack;

  CognitoTypes(Api api, StackInfo stack) {
    this.api = api;
    this.stack = stack;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::Cognito::UserPool",
        CallType.of(
            this::createPool,
            this::updatePool,
            this::deletePool,
            "AliasAttributes",
            "UsernameAttributes",
            "UsernameConfiguration"));
    types.add(
        "AWS::Cognito::UserPoolClient",
        CallType.of(
            this::createClient,
            this::updateClient,
            this::deleteClient,
            "UserPoolId",
            "GenerateSecret"));
    types.add(
        "AWS::Cognito::UserPoolDomain",
        CallType.replacedByAnyChange(this::createDomain, this::deleteDomain));
    types.add(
        "AWS::Cognito::UserPoolGroup",
        CallType.of(
            this::createGroup, this::updateGroup, this::deleteGroup, "GroupName", "UserPoolId"));
  }

  private static String poolId(Wanted w) {
    return w.properties().path("UserPoolId").asText();
  }

  private Made createPool(Wanted w) {
    String name = w.properties().path("UserPoolName").asText(w.uniqueName());
    var pool =
        api.call(
                PropertyMapper.fill(CreateUserPoolRequest.builder(), w.properties(), NOT_IN_CREATE)
                    .poolName(name)
                    .build(),
                CreateUserPoolResponse.class)
            .userPool();
    return pool(pool.id());
  }

  private Made updatePool(Wanted w, String id, JsonNode old) {
    api.call(
        PropertyMapper.fill(UpdateUserPoolRequest.builder(), w.properties(), NOT_IN_UPDATE)
            .userPoolId(id)
            .build(),
        UpdateUserPoolResponse.class);
    return pool(id);
  }

  /// The provider's URL is the issuer in tokens. On AWS it is under amazonaws.com; here it is where
  /// this stack answers, so that whoever verifies a token finds its keys.
  private Made pool(String id) {
    return new Made(
        id,
        Map.of(
            "Arn",
            stack.arn("cognito-idp", "userpool/" + id),
            "UserPoolId",
            id,
            "ProviderName",
            "cognito-idp." + stack.region() + ".amazonaws.com/" + id,
            "ProviderURL",
            stack.endpoint().get() + "/" + id));
  }

  private void deletePool(Wanted w, String id) {
    api.call(DeleteUserPoolRequest.builder().userPoolId(id).build(), DeleteUserPoolResponse.class);
  }

  private Made createClient(Wanted w) {
    String name = w.properties().path("ClientName").asText(w.uniqueName());
    var client =
        api.call(
                PropertyMapper.fill(
                        CreateUserPoolClientRequest.builder(), w.properties(), Set.of("ClientName"))
                    .clientName(name)
                    .build(),
                CreateUserPoolClientResponse.class)
            .userPoolClient();
    return new Made(client.clientId(), Map.of("ClientId", client.clientId(), "Name", name));
  }

  private Made updateClient(Wanted w, String id, JsonNode old) {
    api.call(
        PropertyMapper.fill(
                UpdateUserPoolClientRequest.builder(), w.properties(), Set.of("GenerateSecret"))
            .clientId(id)
            .build(),
        UpdateUserPoolClientResponse.class);
    return new Made(id, Map.of("ClientId", id));
  }

  private void deleteClient(Wanted w, String id) {
    api.call(
        DeleteUserPoolClientRequest.builder().userPoolId(poolId(w)).clientId(id).build(),
        DeleteUserPoolClientResponse.class);
  }

  private Made createDomain(Wanted w) {
    api.call(
        PropertyMapper.fill(CreateUserPoolDomainRequest.builder(), w.properties()).build(),
        CreateUserPoolDomainResponse.class);
    return new Made(w.properties().path("Domain").asText(), Map.of());
  }

  private void deleteDomain(Wanted w, String domain) {
    api.call(
        DeleteUserPoolDomainRequest.builder().userPoolId(poolId(w)).domain(domain).build(),
        DeleteUserPoolDomainResponse.class);
  }

  private Made createGroup(Wanted w) {
    String name = w.properties().path("GroupName").asText(w.uniqueName());
    api.call(
        PropertyMapper.fill(CreateGroupRequest.builder(), w.properties(), Set.of("GroupName"))
            .groupName(name)
            .build(),
        CreateGroupResponse.class);
    return new Made(name, Map.of());
  }

  private Made updateGroup(Wanted w, String name, JsonNode old) {
    api.call(
        PropertyMapper.fill(UpdateGroupRequest.builder(), w.properties(), Set.of("GroupName"))
            .groupName(name)
            .build(),
        UpdateGroupResponse.class);
    return new Made(name, Map.of());
  }

  private void deleteGroup(Wanted w, String name) {
    api.call(
        DeleteGroupRequest.builder().userPoolId(poolId(w)).groupName(name).build(),
        DeleteGroupResponse.class);
  }
}
