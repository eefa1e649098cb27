// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;

/// Routes requests to what answers them. An error of a service becomes a 502 that names it.
public final class ApiRoutes {
  private static final System.Logger LOG = System.getLogger(ApiRoutes.class.getName());

  /// What answers a route.
  public interface Route {
    /// The answer to a request.
    ApiAnswer answer(ApiRequest request) throws ApiException, MessageException;
  }

  private final Map<String, Route> routes;

  /// Routes by route key.
  public ApiRoutes(Map<String, Route> routes) {
    this.routes = Map.copyOf(routes);
  }

  /// Answers an event of API Gateway.
  public byte[] answer(InputStream event) throws IOException {
    return answer(JsonObject.parse(event));
  }

  /// Answers an event of API Gateway that was read already.
  public byte[] answer(JsonObject event) throws MessageException {
    var request = new ApiRequest(event);
    return LogScope.with(Map.of("route", request.routeKey()), () -> answer(request)).toBytes();
  }

  private ApiAnswer answer(ApiRequest request) throws MessageException {
    var route = routes.get(request.routeKey());
    if (route == null) {
      return error(404, "no such route: " + request.routeKey());
    }
    try {
      return route.answer(request);
    } catch (ApiException e) {
      return error(e.status(), String.valueOf(e.getMessage()));
    } catch (SdkException e) {
      LOG.log(System.Logger.Level.ERROR, "a service failed", e);
      return error(502, "a service behind this API failed: " + e.getMessage());
    }
  }

  private static ApiAnswer error(int status, String message) {
    return new ApiAnswer(status, Map.of("message", message));
  }
}
