// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import io.fieldline.localstack.endpoint.LocalOrigin;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.util.LinkedHashMap;
import java.util.Locale;

/// What an API's CORS configuration answers for it.
///
/// Source: API Gateway Developer Guide, "Configure CORS for HTTP APIs": the gateway answers the
/// preflight itself, and its headers stand in the place of the function's.
record Cors(software.amazon.awssdk.services.apigatewayv2.model.Cors configuration) {

  static boolean isPreflight(WireRequest request) {
    return request.method().equals("OPTIONS")
        && request.header("origin").isPresent()
        && request.header("access-control-request-method").isPresent();
  }

  WireResponse preflight(WireRequest request) {
    WireResponse response = WireResponse.of(204, "", new byte[0]);
    String origin = request.header("origin").orElse("");
    if (!allows(origin)) {
      return response;
    }
    response = allowed(response, origin);
    if (!configuration.allowMethods().isEmpty()) {
      response =
          response.with(
              "access-control-allow-methods", String.join(",", configuration.allowMethods()));
    }
    if (!configuration.allowHeaders().isEmpty()) {
      response =
          response.with(
              "access-control-allow-headers", String.join(",", configuration.allowHeaders()));
    }
    return configuration.maxAge() == null
        ? response
        : response.with("access-control-max-age", configuration.maxAge().toString());
  }

  WireResponse added(WireResponse answer, WireRequest request) {
    var headers = new LinkedHashMap<>(answer.headers());
    headers.keySet().removeIf(n -> n.toLowerCase(Locale.ROOT).startsWith("access-control-"));
    var response =
        new WireResponse(
            answer.status(), headers, answer.cookies(), answer.body(), answer.length());
    String origin = request.header("origin").orElse("");
    if (!allows(origin)) {
      return response;
    }
    return configuration.exposeHeaders().isEmpty()
        ? allowed(response, origin)
        : allowed(response, origin)
            .with("access-control-expose-headers", String.join(",", configuration.exposeHeaders()));
  }

  private WireResponse allowed(WireResponse response, String origin) {
    boolean any = configuration.allowOrigins().contains("*");
    WireResponse result = response.with("access-control-allow-origin", any ? "*" : origin);
    result = any ? result : result.with("vary", "origin");
    return Boolean.TRUE.equals(configuration.allowCredentials())
        ? result.with("access-control-allow-credentials", "true")
        : result;
  }

  private boolean allows(String origin) {
    return !origin.isEmpty()
        && configuration.allowOrigins().stream()
            .anyMatch(o -> o.equals("*") || LocalOrigin.same(o, origin));
  }
}
