// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.apigatewayv2.CfnApi;
import software.amazon.awscdk.services.apigatewayv2.CfnAuthorizer;
import software.amazon.awscdk.services.apigatewayv2.CfnIntegration;
import software.amazon.awscdk.services.apigatewayv2.CfnRoute;
import software.amazon.awscdk.services.apigatewayv2.CfnStage;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.constructs.Construct;

/// The app's HTTP API: every route asks for a token of the user pool's app client, and calls one
/// function with payload format 2.0.
final class HttpApi extends Construct {
  private final CfnApi api;
  private final CfnAuthorizer authorizer;

  HttpApi(Construct scope, String id, Deployment deployment, SignIn signIn, List<String> origins) {
    super(scope, id);
    this.api =
        CfnApi.Builder.create(this, "Api")
            .name(deployment.names().of("api"))
            .protocolType("HTTP")
            .corsConfiguration(
                CfnApi.CorsProperty.builder()
                    .allowOrigins(origins)
                    .allowMethods(List.of("GET", "POST", "PUT", "DELETE"))
                    .allowHeaders(
                        List.of(
                            "authorization",
                            "content-type",
                            "idempotency-key",
                            "if-match",
                            "if-none-match"))
                    .exposeHeaders(List.of("etag", "link"))
                    .maxAge(3600)
                    .build())
            .build();
    this.authorizer =
        CfnAuthorizer.Builder.create(this, "Authorizer")
            .apiId(api.getRef())
            .name("people")
            .authorizerType("JWT")
            .identitySource(List.of("$request.header.Authorization"))
            .jwtConfiguration(
                CfnAuthorizer.JWTConfigurationProperty.builder()
                    .issuer(signIn.issuer())
                    .audience(List.of(signIn.clientId()))
                    .build())
            .build();
    stage(deployment);
  }

  /// The API's address without a slash at its end.
  String url() {
    return api.getAttrApiEndpoint();
  }

  String apiId() {
    return api.getRef();
  }

  /// Routes to a function what it answers, and lets the API invoke it.
  void route(LiveFunction function, ApiFunction routes) {
    var name = function.function().label();
    function.allow(
        "AllowApi",
        "apigateway.amazonaws.com",
        Deployment.arn(this, "execute-api", api.getRef() + "/*/*"));
    var integration =
        CfnIntegration.Builder.create(this, "Integration-" + name)
            .apiId(api.getRef())
            .integrationType("AWS_PROXY")
            .integrationUri(function.arn())
            .payloadFormatVersion("2.0")
            .build();
    for (var route : ApiRoute.of(routes)) {
      CfnRoute.Builder.create(this, "Route " + route.key().replace('/', '-'))
          .apiId(api.getRef())
          .routeKey(route.key())
          .target("integrations/" + integration.getRef())
          .authorizationType("JWT")
          .authorizerId(authorizer.getRef())
          .build();
    }
  }

  private void stage(Deployment deployment) {
    var log =
        CfnLogGroup.Builder.create(this, "AccessLog")
            .logGroupName("/fieldline/" + deployment.config().stage() + "/api")
            .retentionInDays(deployment.config().logRetentionDays())
            .build();
    log.applyRemovalPolicy(RemovalPolicy.DESTROY);
    CfnStage.Builder.create(this, "Stage")
        .apiId(api.getRef())
        .stageName("$default")
        .autoDeploy(true)
        .accessLogSettings(
            CfnStage.AccessLogSettingsProperty.builder()
                .destinationArn(log.getAttrArn())
                .format(
                    "{\"requestId\":\"$context.requestId\",\"routeKey\":\"$context.routeKey\","
                        + "\"status\":\"$context.status\",\"latencyMs\":\"$context.responseLatency\","
                        + "\"error\":\"$context.error.message\"}")
                .build())
        .build();
  }
}
