// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
  private final Optional<Audit> audit;

  /// All routes of a function that changes nothing.
  public ApiRoutes(ApiFunction function, Map<ApiRoute, Handler> handlers) {
    this(function, handlers, Optional.empty());
  }

  /// All routes of a function; what changes something is in the audit log.
  public ApiRoutes(ApiFunction function, Map<ApiRoute, Handler> handlers, Audit audit) {
    this(function, handlers, Optional.of(audit));
  }

  /// A route without a handler, or of another function, or that nobody would note is an error.
  private ApiRoutes(ApiFunction function, Map<ApiRoute, Handler> handlers, Optional<Audit> audit) {
    if (!handlers.keySet().equals(ApiRoute.of(function))) {
      throw new IllegalArgumentException(
          "expected handlers of " + ApiRoute.of(function) + ", got " + handlers.keySet());
    }
    if (audit.isEmpty() && handlers.keySet().stream().anyMatch(ApiRoute::isAudited)) {
      throw new IllegalArgumentException("expected an audit log of " + handlers.keySet());
    }
    this.handlers = new EnumMap<>(handlers);
    this.audit = audit;
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

  /// Goes a route's way once, before a snapshot is taken. One that is audited would be noted.
  ///
  /// @param members what the event has besides, such as {@code pathParameters}
  public void prime(ApiRoute route, Map<String, Object> members) throws MessageException {
    answer(ApiRequest.priming(route, members).event());
  }

  private ApiAnswer answer(ApiRequest request) throws MessageException {
    var route = ApiRoute.ofKey(request.routeKey());
    var handler = route.map(handlers::get);
    if (route.isEmpty() || handler.isEmpty()) {
      return problem(404, "no such route: " + request.routeKey(), request);
    }
    if (!route.get().isAudited()) {
      return answer(request, route.get(), handler.get());
    }
    Key entry;
    try {
      entry = audit.orElseThrow().begin(request);
    } catch (SdkException e) {
      return failed(e, request);
    }
    var answer = answer(request, route.get(), handler.get());
    audit.orElseThrow().end(entry, answer.status());
    return answer;
  }

  private static ApiAnswer answer(ApiRequest request, ApiRoute route, Handler handler)
      throws MessageException {
    try {
      request.require(route.role());
      return handler.answer(request);
    } catch (ApiException e) {
      return problem(e.status(), String.valueOf(e.getMessage()), request);
    } catch (SdkException e) {
      return failed(e, request);
    } catch (MessageException | RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a request failed", e);
      return problem(500, "this API failed; its log tells why", request);
    }
  }

  private static ApiAnswer failed(SdkException e, ApiRequest request) throws MessageException {
    LOG.log(System.Logger.Level.ERROR, "a service failed", e);
    return problem(502, "a service behind this API failed: " + e.getMessage(), request);
  }

  private static ApiAnswer problem(int status, String detail, ApiRequest request)
      throws MessageException {
    return new Problem(status, detail).answer(request.requestId());
  }
}
