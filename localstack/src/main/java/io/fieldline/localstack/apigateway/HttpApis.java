// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.wire.Models;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.services.apigatewayv2.model.*;

/// HTTP APIs and what they consist of, and the control operations on them.
final class HttpApis {
  private final Models<Api> apis;
  private final Models<Stage> stages;
  private final Models<Route> routes;
  private final Models<Integration> integrations;
  private final Models<Authorizer> authorizers;
  private final StackInfo stack;
  private final StackClock clock;
  private final Supplier<String> ids;

  HttpApis(Store store, StackInfo stack, StackClock clock, Supplier<String> ids) {
    this.apis = new Models<>(store, "apigateway/apis", Api.class, Api::builder);
    this.stages = new Models<>(store, "apigateway/stages", Stage.class, Stage::builder);
    this.routes = new Models<>(store, "apigateway/routes", Route.class, Route::builder);
    this.integrations =
        new Models<>(store, "apigateway/integrations", Integration.class, Integration::builder);
    this.authorizers =
        new Models<>(store, "apigateway/authorizers", Authorizer.class, Authorizer::builder);
    this.stack = stack;
    this.clock = clock;
    this.ids = ids;
  }

  void register(io.fieldline.localstack.api.Api api) {
    registerApis(api);
    registerStages(api);
    registerRoutes(api);
    registerIntegrations(api);
    registerAuthorizers(api);
  }

  // Source: Service Authorization Reference, API Gateway Management V2: the actions are HTTP's
  // methods, the resources are paths.
  private List<Access> access(String method, String path) {
    String arn = "arn:aws:apigateway:" + stack.region() + "::/apis" + path;
    return List.of(new Access("apigateway:" + method, arn));
  }

  private void registerApis(io.fieldline.localstack.api.Api api) {
    api.on(CreateApiRequest.class, this::createApi).access(_ -> access("POST", ""));
    api.on(GetApiRequest.class, r -> Models.copy(api(r.apiId()), GetApiResponse.builder()).build())
        .access(r -> access("GET", "/" + r.apiId()));
    api.on(GetApisRequest.class, _ -> GetApisResponse.builder().items(apis.under("")).build())
        .access(_ -> access("GET", ""));
    api.on(UpdateApiRequest.class, this::updateApi).access(r -> access("PATCH", "/" + r.apiId()));
    api.on(DeleteApiRequest.class, this::deleteApi).access(r -> access("DELETE", "/" + r.apiId()));
  }

  private CreateApiResponse createApi(CreateApiRequest r) {
    if (r.protocolType() != ProtocolType.HTTP) {
      throw bad("ProtocolType: expected HTTP, got " + r.protocolTypeAsString());
    }
    if (r.target() != null || r.routeKey() != null) {
      throw bad("Target and RouteKey (quick create) are not supported: make a route instead");
    }
    String id = ids.get();
    Api made =
        Models.copy(r, Api.builder())
            .apiId(id)
            .apiEndpoint(
                "http://" + id + ".execute-api.localhost:" + stack.endpoint().get().getPort())
            .routeSelectionExpression("$request.method $request.path")
            .apiKeySelectionExpression("$request.header.x-api-key")
            .createdDate(clock.instant())
            .build();
    return Models.copy(apis.put(id, made), CreateApiResponse.builder()).build();
  }

  private UpdateApiResponse updateApi(UpdateApiRequest r) {
    Api changed = Models.copy(r, api(r.apiId()).toBuilder()).build();
    return Models.copy(apis.put(r.apiId(), changed), UpdateApiResponse.builder()).build();
  }

  private DeleteApiResponse deleteApi(DeleteApiRequest r) {
    api(r.apiId());
    apis.remove(r.apiId());
    List.of(stages, routes, integrations, authorizers)
        .forEach(kind -> kind.removeUnder(r.apiId() + "/"));
    return DeleteApiResponse.builder().build();
  }

  private void registerStages(io.fieldline.localstack.api.Api api) {
    api.on(CreateStageRequest.class, this::createStage)
        .access(r -> access("POST", "/" + r.apiId() + "/stages"));
    api.on(
            GetStageRequest.class,
            r -> Models.copy(stage(r.apiId(), r.stageName()), GetStageResponse.builder()).build())
        .access(r -> access("GET", "/" + r.apiId() + "/stages/" + r.stageName()));
    api.on(
            GetStagesRequest.class,
            r -> GetStagesResponse.builder().items(stagesOf(r.apiId())).build())
        .access(r -> access("GET", "/" + r.apiId() + "/stages"));
    api.on(UpdateStageRequest.class, this::updateStage)
        .access(r -> access("PATCH", "/" + r.apiId() + "/stages/" + r.stageName()));
    api.on(
            DeleteStageRequest.class,
            r -> {
              stage(r.apiId(), r.stageName());
              stages.remove(key(r.apiId(), r.stageName()));
              return DeleteStageResponse.builder().build();
            })
        .access(r -> access("DELETE", "/" + r.apiId() + "/stages/" + r.stageName()));
  }

  private CreateStageResponse createStage(CreateStageRequest r) {
    api(r.apiId());
    String key = key(r.apiId(), r.stageName());
    if (stages.get(key).isPresent()) {
      throw new AwsFailure("ConflictException", 409, "Stage already exists");
    }
    Stage made =
        Models.copy(r, Stage.builder())
            .createdDate(clock.instant())
            .lastUpdatedDate(clock.instant())
            .build();
    return Models.copy(stages.put(key, made), CreateStageResponse.builder()).build();
  }

  private UpdateStageResponse updateStage(UpdateStageRequest r) {
    Stage changed =
        Models.copy(r, stage(r.apiId(), r.stageName()).toBuilder())
            .lastUpdatedDate(clock.instant())
            .build();
    stages.put(key(r.apiId(), r.stageName()), changed);
    return Models.copy(changed, UpdateStageResponse.builder()).build();
  }

  private void registerRoutes(io.fieldline.localstack.api.Api api) {
    api.on(CreateRouteRequest.class, this::createRoute)
        .access(r -> access("POST", "/" + r.apiId() + "/routes"));
    api.on(
            GetRouteRequest.class,
            r -> Models.copy(route(r.apiId(), r.routeId()), GetRouteResponse.builder()).build())
        .access(r -> access("GET", "/" + r.apiId() + "/routes/" + r.routeId()));
    api.on(
            GetRoutesRequest.class,
            r -> GetRoutesResponse.builder().items(routesOf(r.apiId())).build())
        .access(r -> access("GET", "/" + r.apiId() + "/routes"));
    api.on(UpdateRouteRequest.class, this::updateRoute)
        .access(r -> access("PATCH", "/" + r.apiId() + "/routes/" + r.routeId()));
    api.on(
            DeleteRouteRequest.class,
            r -> {
              route(r.apiId(), r.routeId());
              routes.remove(key(r.apiId(), r.routeId()));
              return DeleteRouteResponse.builder().build();
            })
        .access(r -> access("DELETE", "/" + r.apiId() + "/routes/" + r.routeId()));
  }

  private CreateRouteResponse createRoute(CreateRouteRequest r) {
    api(r.apiId());
    if (routesOf(r.apiId()).stream().anyMatch(o -> o.routeKey().equals(r.routeKey()))) {
      throw new AwsFailure(
          "ConflictException",
          409,
          "Route with key " + r.routeKey() + " already exists for this API");
    }
    String id = ids.get();
    Route.Builder made = Models.copy(r, Route.builder()).routeId(id);
    if (r.authorizationType() == null) {
      made.authorizationType(AuthorizationType.NONE);
    }
    Route route = checked(made.build());
    return Models.copy(routes.put(key(r.apiId(), id), route), CreateRouteResponse.builder())
        .build();
  }

  private UpdateRouteResponse updateRoute(UpdateRouteRequest r) {
    Route changed = checked(Models.copy(r, route(r.apiId(), r.routeId()).toBuilder()).build());
    routes.put(key(r.apiId(), r.routeId()), changed);
    return Models.copy(changed, UpdateRouteResponse.builder()).build();
  }

  private static Route checked(Route route) {
    RoutePattern.parse(route.routeKey());
    switch (route.authorizationType()) {
      case NONE, JWT -> {}
      default ->
          throw bad(
              "AuthorizationType: expected NONE or JWT, got " + route.authorizationTypeAsString());
    }
    return route;
  }

  private void registerIntegrations(io.fieldline.localstack.api.Api api) {
    api.on(CreateIntegrationRequest.class, this::createIntegration)
        .access(r -> access("POST", "/" + r.apiId() + "/integrations"));
    api.on(
            GetIntegrationRequest.class,
            r ->
                Models.copy(
                        integration(r.apiId(), r.integrationId()), GetIntegrationResponse.builder())
                    .build())
        .access(r -> access("GET", "/" + r.apiId() + "/integrations/" + r.integrationId()));
    api.on(
            GetIntegrationsRequest.class,
            r ->
                GetIntegrationsResponse.builder()
                    .items(integrations.under(api(r.apiId()).apiId() + "/"))
                    .build())
        .access(r -> access("GET", "/" + r.apiId() + "/integrations"));
    api.on(UpdateIntegrationRequest.class, this::updateIntegration)
        .access(r -> access("PATCH", "/" + r.apiId() + "/integrations/" + r.integrationId()));
    api.on(
            DeleteIntegrationRequest.class,
            r -> {
              integration(r.apiId(), r.integrationId());
              integrations.remove(key(r.apiId(), r.integrationId()));
              return DeleteIntegrationResponse.builder().build();
            })
        .access(r -> access("DELETE", "/" + r.apiId() + "/integrations/" + r.integrationId()));
  }

  private CreateIntegrationResponse createIntegration(CreateIntegrationRequest r) {
    api(r.apiId());
    String id = ids.get();
    Integration made = checked(Models.copy(r, Integration.builder()).integrationId(id).build());
    integrations.put(key(r.apiId(), id), made);
    return Models.copy(made, CreateIntegrationResponse.builder()).build();
  }

  private UpdateIntegrationResponse updateIntegration(UpdateIntegrationRequest r) {
    Integration changed =
        checked(Models.copy(r, integration(r.apiId(), r.integrationId()).toBuilder()).build());
    integrations.put(key(r.apiId(), r.integrationId()), changed);
    return Models.copy(changed, UpdateIntegrationResponse.builder()).build();
  }

  private static Integration checked(Integration made) {
    if (made.integrationType() != IntegrationType.AWS_PROXY) {
      throw bad("IntegrationType: expected AWS_PROXY, got " + made.integrationTypeAsString());
    }
    if (!"2.0".equals(made.payloadFormatVersion())) {
      throw bad("PayloadFormatVersion: expected 2.0, got " + made.payloadFormatVersion());
    }
    if (made.integrationUri() == null || !made.integrationUri().contains(":function:")) {
      throw bad("IntegrationUri: expected a Lambda function's ARN, got " + made.integrationUri());
    }
    return made;
  }

  private void registerAuthorizers(io.fieldline.localstack.api.Api api) {
    api.on(CreateAuthorizerRequest.class, this::createAuthorizer)
        .access(r -> access("POST", "/" + r.apiId() + "/authorizers"));
    api.on(
            GetAuthorizerRequest.class,
            r ->
                Models.copy(
                        authorizer(r.apiId(), r.authorizerId()), GetAuthorizerResponse.builder())
                    .build())
        .access(r -> access("GET", "/" + r.apiId() + "/authorizers/" + r.authorizerId()));
    api.on(
            GetAuthorizersRequest.class,
            r ->
                GetAuthorizersResponse.builder()
                    .items(authorizers.under(api(r.apiId()).apiId() + "/"))
                    .build())
        .access(r -> access("GET", "/" + r.apiId() + "/authorizers"));
    api.on(UpdateAuthorizerRequest.class, this::updateAuthorizer)
        .access(r -> access("PATCH", "/" + r.apiId() + "/authorizers/" + r.authorizerId()));
    api.on(
            DeleteAuthorizerRequest.class,
            r -> {
              authorizer(r.apiId(), r.authorizerId());
              authorizers.remove(key(r.apiId(), r.authorizerId()));
              return DeleteAuthorizerResponse.builder().build();
            })
        .access(r -> access("DELETE", "/" + r.apiId() + "/authorizers/" + r.authorizerId()));
  }

  private CreateAuthorizerResponse createAuthorizer(CreateAuthorizerRequest r) {
    api(r.apiId());
    String id = ids.get();
    Authorizer made = checked(Models.copy(r, Authorizer.builder()).authorizerId(id).build());
    authorizers.put(key(r.apiId(), id), made);
    return Models.copy(made, CreateAuthorizerResponse.builder()).build();
  }

  private UpdateAuthorizerResponse updateAuthorizer(UpdateAuthorizerRequest r) {
    Authorizer changed =
        checked(Models.copy(r, authorizer(r.apiId(), r.authorizerId()).toBuilder()).build());
    authorizers.put(key(r.apiId(), r.authorizerId()), changed);
    return Models.copy(changed, UpdateAuthorizerResponse.builder()).build();
  }

  private static Authorizer checked(Authorizer made) {
    if (made.authorizerType() != AuthorizerType.JWT) {
      throw bad("AuthorizerType: expected JWT, got " + made.authorizerTypeAsString());
    }
    if (made.jwtConfiguration() == null || made.jwtConfiguration().issuer() == null) {
      throw bad("JwtConfiguration: expected an Issuer and an Audience, got none");
    }
    return made;
  }

  java.util.Optional<Api> find(String apiId) {
    return apis.get(apiId);
  }

  List<Stage> stagesOf(String apiId) {
    return stages.under(api(apiId).apiId() + "/");
  }

  List<Route> routesOf(String apiId) {
    return routes.under(api(apiId).apiId() + "/");
  }

  Integration integration(String apiId, String id) {
    return integrations.get(key(apiId, id)).orElseThrow(() -> missing("Integration", id));
  }

  Authorizer authorizer(String apiId, String id) {
    return authorizers.get(key(apiId, id)).orElseThrow(() -> missing("Authorizer", id));
  }

  private Api api(String id) {
    return apis.get(id)
        .orElseThrow(() ->
            new AwsFailure(
                "NotFoundException",
                404,
                "Invalid API identifier specified " + stack.accountId() + ":" + id));
  }

  private Stage stage(String apiId, String name) {
    return stages.get(key(apiId, name)).orElseThrow(() -> missing("Stage", name));
  }

  private Route route(String apiId, String id) {
    return routes.get(key(apiId, id)).orElseThrow(() -> missing("Route", id));
  }

  private static String key(String apiId, String part) {
    return apiId + "/" + part;
  }

  private static AwsFailure missing(String kind, String id) {
    return new AwsFailure(
        "NotFoundException", 404, "Unable to find " + kind + " by ID " + id + " within the API");
  }

  static AwsFailure bad(String message) {
    return new AwsFailure("BadRequestException", 400, message);
  }
}
