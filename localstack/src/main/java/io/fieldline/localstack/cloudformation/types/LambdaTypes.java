// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.lambda.model.*;

/// AWS::Lambda::Function, Version, Alias, Permission, EventSourceMapping, EventInvokeConfig.
final class LambdaTypes {
  private static final Set<String> NOT_IN_CREATE =
      Set.of("FunctionName", "ReservedConcurrentExecutions", "RuntimeManagementConfig");
  private static final Set<String> NOT_IN_CONFIGURATION =
      Set.of(
          "FunctionName",
          "Code",
          "Architectures",
          "Tags",
          "PackageType",
          "ReservedConcurrentExecutions",
          "RuntimeManagementConfig");

  private static final Set<String> NOT_IN_MAPPING_UPDATE =
      Set.of("EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "Tags");

  private static final Set<String> NOT_IN_ALIAS = Set.of("RoutingConfig");

  private final Api api;

  LambdaTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::Lambda::Function",
        new TaggedType(
            CallType.of(
                this::createFunction,
                this::updateFunction,
                this::deleteFunction,
                "FunctionName",
                "PackageType"),
            new Retags(api)::function));
    types.add(
        "AWS::Lambda::Version",
        CallType.replacedByAnyChange(this::publishVersion, this::deleteVersion));
    types.add(
        "AWS::Lambda::Alias",
        CallType.of(
            this::createAlias, this::updateAlias, this::deleteAlias, "FunctionName", "Name"));
    types.add(
        "AWS::Lambda::Permission",
        CallType.replacedByAnyChange(this::addPermission, this::removePermission));
    types.add(
        "AWS::Lambda::EventSourceMapping",
        CallType.of(
            this::createMapping,
            this::updateMapping,
            this::deleteMapping,
            "EventSourceArn",
            "StartingPosition",
            "StartingPositionTimestamp",
            "FunctionName"));
    types.add(
        "AWS::Lambda::EventInvokeConfig",
        CallType.of(
            this::putInvokeConfig,
            (w, _, _) -> putInvokeConfig(w),
            this::deleteInvokeConfig,
            "FunctionName",
            "Qualifier"));
  }

  private Made createFunction(Wanted w) {
    JsonNode p = w.properties();
    String name = p.path("FunctionName").asText(w.uniqueName());
    var made =
        api.call(
            PropertyMapper.fill(CreateFunctionRequest.builder(), p, NOT_IN_CREATE)
                .functionName(name)
                .build(),
            CreateFunctionResponse.class);
    JsonNode reserved = p.path("ReservedConcurrentExecutions");
    if (!reserved.isMissingNode()) {
      api.call(
          PutFunctionConcurrencyRequest.builder()
              .functionName(name)
              .reservedConcurrentExecutions(reserved.asInt())
              .build(),
          PutFunctionConcurrencyResponse.class);
    }
    return new Made(name, Map.of("Arn", made.functionArn()));
  }

  private Made updateFunction(Wanted w, String name, JsonNode old) {
    JsonNode p = w.properties();
    if (!p.path("Code").equals(old.path("Code"))) {
      api.call(
          PropertyMapper.fill(UpdateFunctionCodeRequest.builder(), p.path("Code"))
              .functionName(name)
              .build(),
          UpdateFunctionCodeResponse.class);
    }
    var updated =
        api.call(
            PropertyMapper.fill(
                    UpdateFunctionConfigurationRequest.builder(), p, NOT_IN_CONFIGURATION)
                .functionName(name)
                .build(),
            UpdateFunctionConfigurationResponse.class);
    return new Made(name, Map.of("Arn", updated.functionArn()));
  }

  private void deleteFunction(Wanted w, String name) {
    api.call(
        DeleteFunctionRequest.builder().functionName(name).build(), DeleteFunctionResponse.class);
  }

  private Made publishVersion(Wanted w) {
    var version =
        api.call(
            PropertyMapper.fill(PublishVersionRequest.builder(), w.properties()).build(),
            PublishVersionResponse.class);
    return new Made(
        version.functionArn(),
        Map.of("Version", version.version(), "FunctionArn", version.functionArn()));
  }

  private void deleteVersion(Wanted w, String arn) {
    int colon = arn.lastIndexOf(':');
    api.call(
        DeleteFunctionRequest.builder()
            .functionName(arn.substring(0, colon))
            .qualifier(arn.substring(colon + 1))
            .build(),
        DeleteFunctionResponse.class);
  }

  private Made createAlias(Wanted w) {
    var alias =
        api.call(
            PropertyMapper.fill(CreateAliasRequest.builder(), w.properties(), NOT_IN_ALIAS)
                .routingConfig(weights(w.properties()))
                .build(),
            CreateAliasResponse.class);
    return new Made(alias.aliasArn(), Map.of("AliasArn", alias.aliasArn()));
  }

  private Made updateAlias(Wanted w, String arn, JsonNode old) {
    JsonNode policy = w.updatePolicy().path("CodeDeployLambdaAliasUpdate");
    if (!policy.isMissingNode()) {
      new AliasTraffic(api).goOver(policy, w.properties(), old);
    }
    api.call(
        PropertyMapper.fill(UpdateAliasRequest.builder(), w.properties(), NOT_IN_ALIAS)
            .routingConfig(weights(w.properties()))
            .build(),
        UpdateAliasResponse.class);
    return new Made(arn, Map.of("AliasArn", arn));
  }

  /// In a template, weights are a list; without them, an alias has none.
  private static AliasRoutingConfiguration weights(JsonNode properties) {
    var weights = new HashMap<String, Double>();
    properties
        .path("RoutingConfig")
        .path("AdditionalVersionWeights")
        .forEach(w ->
            weights.put(w.path("FunctionVersion").asText(), w.path("FunctionWeight").asDouble()));
    return AliasRoutingConfiguration.builder().additionalVersionWeights(weights).build();
  }

  private void deleteAlias(Wanted w, String arn) {
    JsonNode p = w.properties();
    api.call(
        DeleteAliasRequest.builder()
            .functionName(p.path("FunctionName").asText())
            .name(p.path("Name").asText())
            .build(),
        DeleteAliasResponse.class);
  }

  private Made addPermission(Wanted w) {
    api.call(
        PropertyMapper.fill(AddPermissionRequest.builder(), w.properties())
            .statementId(w.uniqueName())
            .build(),
        AddPermissionResponse.class);
    return new Made(w.uniqueName(), Map.of("Id", w.uniqueName()));
  }

  private void removePermission(Wanted w, String statementId) {
    api.call(
        RemovePermissionRequest.builder()
            .functionName(w.properties().path("FunctionName").asText())
            .statementId(statementId)
            .build(),
        RemovePermissionResponse.class);
  }

  private Made createMapping(Wanted w) {
    var mapping =
        api.call(
            PropertyMapper.fill(CreateEventSourceMappingRequest.builder(), w.properties()).build(),
            CreateEventSourceMappingResponse.class);
    return new Made(mapping.uuid(), Map.of("Id", mapping.uuid()));
  }

  private Made updateMapping(Wanted w, String uuid, JsonNode old) {
    api.call(
        PropertyMapper.fill(
                UpdateEventSourceMappingRequest.builder(), w.properties(), NOT_IN_MAPPING_UPDATE)
            .uuid(uuid)
            .build(),
        UpdateEventSourceMappingResponse.class);
    return new Made(uuid, Map.of("Id", uuid));
  }

  private void deleteMapping(Wanted w, String uuid) {
    api.call(
        DeleteEventSourceMappingRequest.builder().uuid(uuid).build(),
        DeleteEventSourceMappingResponse.class);
  }

  private Made putInvokeConfig(Wanted w) {
    api.call(
        PropertyMapper.fill(PutFunctionEventInvokeConfigRequest.builder(), w.properties()).build(),
        PutFunctionEventInvokeConfigResponse.class);
    JsonNode p = w.properties();
    return new Made(p.path("FunctionName").asText() + "|" + p.path("Qualifier").asText(), Map.of());
  }

  private void deleteInvokeConfig(Wanted w, String id) {
    JsonNode p = w.properties();
    api.call(
        DeleteFunctionEventInvokeConfigRequest.builder()
            .functionName(p.path("FunctionName").asText())
            .qualifier(p.path("Qualifier").asText(null))
            .build(),
        DeleteFunctionEventInvokeConfigResponse.class);
  }
}
