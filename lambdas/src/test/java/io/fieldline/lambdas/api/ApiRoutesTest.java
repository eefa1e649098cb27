// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import io.fieldline.messages.api.Role;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

final class ApiRoutesTest {
  private static JsonObject event(String route, String groups) {
    return JsonObject.of(
        Map.of(
            "routeKey",
            route,
            "requestContext",
            Map.of(
                "requestId",
                "r-1",
                "timeEpoch",
                1L,
                "authorizer",
                Map.of("jwt", Map.of("claims", Map.of("sub", "u", "cognito:groups", groups))))));
  }

  private static ApiRoutes routes(ApiFunction function, ApiRoutes.Handler handler) {
    var handlers = new EnumMap<ApiRoute, ApiRoutes.Handler>(ApiRoute.class);
    ApiRoute.of(function).forEach(route -> handlers.put(route, handler));
    return new ApiRoutes(function, handlers);
  }

  private static JsonObject answer(ApiRoutes routes, String route, String groups)
      throws MessageException {
    return JsonObject.parse(routes.answer(event(route, groups)));
  }

  @Test
  void everyRouteIsForItsRoleAndThoseAboveIt() throws MessageException {
    for (var route : ApiRoute.values()) {
      for (var groups : List.of("", "[other]", "[viewer]", "[operator]", "[admin]", "[x admin]")) {
        var asked = new ArrayList<ApiRequest>();
        var routes =
            routes(
                route.function(),
                request -> {
                  asked.add(request);
                  return ApiAnswer.ok(Map.of());
                });
        boolean may =
            groups.contains("admin")
                || (groups.contains("operator") && route.role() != Role.ADMIN)
                || (groups.contains("viewer") && route.role() == Role.VIEWER);

        var answer = answer(routes, route.key(), groups);

        assertThat(answer.whole("statusCode"))
            .as("%s by %s", route, groups)
            .isEqualTo(may ? 200 : 403);
        assertThat(asked).hasSize(may ? 1 : 0);
      }
    }
  }

  @Test
  void whatGoesWrongIsAProblem() throws MessageException {
    assertThat(
            problem(_ -> {
              throw new ApiException(409, "expected a, got b");
            }))
        .isEqualTo("409 Conflict: expected a, got b");
    assertThat(
            problem(_ -> {
              throw SdkClientException.create("no answer");
            }))
        .isEqualTo("502 Bad Gateway: a service behind this API failed: no answer");
    assertThat(
            problem(_ -> {
              throw new IllegalStateException("secret");
            }))
        .isEqualTo("500 Internal Server Error: this API failed; its log tells why");
    assertThat(
            problem(_ -> {
              throw new MessageException("secret");
            }))
        .startsWith("500 ");
  }

  private static String problem(ApiRoutes.Handler handler) throws MessageException {
    var answer =
        answer(routes(ApiFunction.QUERY, handler), ApiRoute.LIST_DEVICES.key(), "[viewer]");
    assertThat(answer.object("headers").text("content-type")).isEqualTo("application/problem+json");
    var body = JsonObject.parse(answer.text("body"));
    assertThat(body.whole("status")).isEqualTo(answer.whole("statusCode"));
    assertThat(body.text("type")).isEqualTo("about:blank");
    assertThat(body.text("requestId")).isEqualTo("r-1");
    return "%d %s: %s".formatted(body.whole("status"), body.text("title"), body.text("detail"));
  }

  @Test
  void aRouteOfAnotherFunctionIsNotFound() throws MessageException {
    var routes = routes(ApiFunction.QUERY, _ -> ApiAnswer.ok(Map.of()));

    assertThat(answer(routes, ApiRoute.PUT_RULE.key(), "[admin]").whole("statusCode"))
        .isEqualTo(404);
    assertThat(answer(routes, "GET /none", "[admin]").whole("statusCode")).isEqualTo(404);
  }

  @Test
  void aFunctionWithoutAHandlerForEachOfItsRoutesDoesNotStart() {
    assertThatThrownBy(() -> new ApiRoutes(ApiFunction.QUERY, Map.of()))
        .hasMessageContaining("expected handlers of [LIST_DEVICES", "got []");
  }
}
