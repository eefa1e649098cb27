// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.apigatewayv2.model.*;

/// AWS::ApiGatewayV2::Api, Stage, Route, Integration, Authorizer.
final class ApiTypes {
  private final Api api;

  ApiTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::ApiGatewayV2::Api",
        CallType.of(this::createApi, this::updateApi, this::deleteApi, "ProtocolType"));
    types.add(
        "AWS::ApiGatewayV2::Stage",
        CallType.of(this::createStage, this::updateStage, this::deleteStage, "ApiId", "StageName"));
    types.add(
        "AWS::ApiGatewayV2::Route",
        CallType.of(this::createRoute, this::updateRoute, this::deleteRoute, "ApiId"));
    types.add(
        "AWS::ApiGatewayV2::Integration",
        CallType.of(
            this::createIntegration, this::updateIntegration, this::deleteIntegration, "ApiId"));
    types.add(
        "AWS::ApiGatewayV2::Authorizer",
        CallType.of(
            this::createAuthorizer, this::updateAuthorizer, this::deleteAuthorizer, "ApiId"));
  }

  private static String apiId(Wanted w) {
    return w.properties().path("ApiId").asText();
  }

  private Made createApi(Wanted w) {
    var made =
        api.call(
            PropertyMapper.fill(CreateApiRequest.builder(), w.properties()).build(),
            CreateApiResponse.class);
    return new Made(made.apiId(), Map.of("ApiEndpoint", made.apiEndpoint(), "ApiId", made.apiId()));
  }

  private Made updateApi(Wanted w, String id, JsonNode old) {
    var updated =
        api.call(
            PropertyMapper.fill(
                    UpdateApiRequest.builder(), w.properties(), Set.of("ProtocolType", "Tags"))
                .apiId(id)
                .build(),
            UpdateApiResponse.class);
    return new Made(id, Map.of("ApiEndpoint", updated.apiEndpoint(), "ApiId", id));
  }

  private void deleteApi(Wanted w, String id) {
    api.call(DeleteApiRequest.builder().apiId(id).build(), DeleteApiResponse.class);
  }

  private Made createStage(Wanted w) {
    var made =
        api.call(
            PropertyMapper.fill(CreateStageRequest.builder(), w.properties()).build(),
            CreateStageResponse.class);
    return new Made(made.stageName(), Map.of());
  }

  private Made updateStage(Wanted w, String name, JsonNode old) {
    api.call(
        PropertyMapper.fill(UpdateStageRequest.builder(), w.properties(), Set.of("Tags")).build(),
        UpdateStageResponse.class);
    return new Made(name, Map.of());
  }

  private void deleteStage(Wanted w, String name) {
    api.call(
        DeleteStageRequest.builder().apiId(apiId(w)).stageName(name).build(),
        DeleteStageResponse.class);
  }

  private Made createRoute(Wanted w) {
    var made =
        api.call(
            PropertyMapper.fill(CreateRouteRequest.builder(), w.properties()).build(),
            CreateRouteResponse.class);
    return new Made(made.routeId(), Map.of("RouteId", made.routeId()));
  }

  private Made updateRoute(Wanted w, String id, JsonNode old) {
    api.call(
        PropertyMapper.fill(UpdateRouteRequest.builder(), w.properties()).routeId(id).build(),
        UpdateRouteResponse.class);
    return new Made(id, Map.of("RouteId", id));
  }

  private void deleteRoute(Wanted w, String id) {
    api.call(
        DeleteRouteRequest.builder().apiId(apiId(w)).routeId(id).build(),
        DeleteRouteResponse.class);
  }

  private Made createIntegration(Wanted w) {
    var made =
        api.call(
            PropertyMapper.fill(CreateIntegrationRequest.builder(), w.properties()).build(),
            CreateIntegrationResponse.class);
    return new Made(made.integrationId(), Map.of("IntegrationId", made.integrationId()));
  }

  private Made updateIntegration(Wanted w, String id, JsonNode old) {
    api.call(
        PropertyMapper.fill(UpdateIntegrationRequest.builder(), w.properties())
            .integrationId(id)
            .build(),
        UpdateIntegrationResponse.class);
    return new Made(id, Map.of("IntegrationId", id));
  }

  private void deleteIntegration(Wanted w, String id) {
    api.call(
        DeleteIntegrationRequest.builder().apiId(apiId(w)).integrationId(id).build(),
        DeleteIntegrationResponse.class);
  }

  private Made createAuthorizer(Wanted w) {
    var made =
        api.call(
            PropertyMapper.fill(CreateAuthorizerRequest.builder(), w.properties()).build(),
            CreateAuthorizerResponse.class);
    return new Made(made.authorizerId(), Map.of("AuthorizerId", made.authorizerId()));
  }

  private Made updateAuthorizer(Wanted w, String id, JsonNode old) {
    api.call(
        PropertyMapper.fill(UpdateAuthorizerRequest.builder(), w.properties())
            .authorizerId(id)
            .build(),
        UpdateAuthorizerResponse.class);
    return new Made(id, Map.of("AuthorizerId", id));
  }

  private void deleteAuthorizer(Wanted w, String id) {
    api.call(
        DeleteAuthorizerRequest.builder().apiId(apiId(w)).authorizerId(id).build(),
        DeleteAuthorizerResponse.class);
  }
}
