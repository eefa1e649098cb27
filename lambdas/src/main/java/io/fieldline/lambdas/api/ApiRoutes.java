// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;

/// Routes requests to what answers them, after a look at who asks. Whatever goes wrong is answered
/// as a {@link Problem}; an error of a service becomes a 502 that names it.
public final class ApiRoutes {
  private static final System.Logger LOG = System.getLogger(ApiRoutes.class.getName());

  /// What answers a route.
  public interface Handler {
    /// The answer to a request.
    ApiAnswer answer(ApiRequest request) throws ApiException, MessageException;
  }

  private final Map<ApiRoute, Handler> handlers;

  /// All routes of a function; one without a handler, or of another function, is an error.
  public ApiRoutes(ApiFunction function, Map<ApiRoute, Handler> handlers) {
    if (!handlers.keySet().equals(ApiRoute.of(function))) {
      throw new IllegalArgumentException(
          "expected handlers of " + ApiRoute.of(function) + ", got " + handlers.keySet());
    }
    this.handlers = new EnumMap<>(handlers);
  }

  /// Answers an event of API Gateway.
  public byte[] answer(InputStream event) throws IOException {
    return answer(JsonObject.parse(event));
  }

  /// Answers an event of API Gateway that was read already.
  public byte[] answer(JsonObject event) throws MessageException {
    var request = new ApiRequest(event);
    var said = new HashMap<>(Map.of("route", request.routeKey()));
    request.requestId().ifPresent(id -> said.put("apiRequestId", id));
    return LogScope.with(said, () -> answer(request)).toBytes();
  }

  private ApiAnswer answer(ApiRequest request) throws MessageException {
    var route = ApiRoute.ofKey(request.routeKey());
    var handler = route.map(handlers::get);
    if (route.isEmpty() || handler.isEmpty()) {
      return problem(404, "no such route: " + request.routeKey(), request);
    }
    try {
      request.require(route.get().role());
      return handler.get().answer(request);
    } catch (ApiException e) {
      return problem(e.status(), String.valueOf(e.getMessage()), request);
    } catch (SdkException e) {
      LOG.log(System.Logger.Level.ERROR, "a service failed", e);
      return problem(502, "a service behind this API failed: " + e.getMessage(), request);
    } catch (MessageException | RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a request failed", e);
      return problem(500, "this API failed; its log tells why", request);
    }
  }

  private static ApiAnswer problem(int status, String detail, ApiRequest request)
      throws MessageException {
    return new Problem(status, detail).answer(request.requestId());
  }
}
