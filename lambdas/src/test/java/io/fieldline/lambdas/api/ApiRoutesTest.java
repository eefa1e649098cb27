// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import io.fieldline.messages.api.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.exception.SdkClientException;

@ExtendWith(SharedStack.class)
final class ApiRoutesTest {
  private final Cloud cloud;

  ApiRoutesTest(Cloud cloud) {
    this.cloud = cloud;
  }

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

  private ApiRoutes routes(ApiFunction function, ApiRoutes.Handler handler) {
    var handlers = new EnumMap<ApiRoute, ApiRoutes.Handler>(ApiRoute.class);
    ApiRoute.of(function).forEach(route -> handlers.put(route, handler));
    return new ApiRoutes(
        function, handlers, new Audit(cloud.tables(), cloud.fleetTable(), Duration.ofDays(90)));
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

  private String problem(ApiRoutes.Handler handler) throws MessageException {
    var answer =
        answer(routes(ApiFunction.QUERY, handler), ApiRoute.LIST_DEVICES.key(), "[viewer]");
    assertThat(answer.object("headers").text("content-type")).isEqualTo("application/problem+json");
    var body = JsonObject.parse(answer.text("body"));
    assertThat(body.whole("status")).isEqualTo(answer.whole("statusCode"));
    assertThat(body.text("type")).isEqualTo("about:blank");
    assertThat(body.text("requestId")).isEqualTo("r-1");
    return "%d %s: %s".formatted(body.whole("status"), body.text("title"), body.text("detail"));
  }

  /// Every change and every attempt is noted before anything is done; what is only read is not.
  @Test
  void whatChangesSomethingIsInTheAuditLog() throws MessageException {
    var noted = new ArrayList<Integer>();
    for (var route : ApiRoute.values()) {
      var routes =
          routes(
              route.function(),
              _ -> {
                noted.add(cloud.items(cloud.fleetTable()).size());
                throw new ApiException(409, "expected a, got b");
              });
      answer(routes, route.key(), "[admin]");
    }

    var entries = cloud.items(cloud.fleetTable());
    assertThat(entries)
        .hasSize(1)
        .first()
        .satisfies(entry -> {
          assertThat(entry.get("pk").s()).isEqualTo("AUDIT#1970-01-01");
          assertThat(entry.get("by").s()).isEqualTo("u");
          assertThat(entry.get("status").n()).isEqualTo("409");
        });
    assertThat(noted.getFirst()).isZero();
    assertThat(noted.getLast()).isEqualTo(1);
  }

  @Test
  void whatCannotBeNotedIsNotDone() throws MessageException {
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"dynamodb:PutItem\",\"Resource\":\"*\"}");
    var asked = new ArrayList<ApiRequest>();
    var routes =
        routes(
            ApiFunction.COMMAND,
            request -> {
              asked.add(request);
              return ApiAnswer.ok(Map.of());
            });

    assertThat(answer(routes, ApiRoute.DELETE_RULE.key(), "[admin]").whole("statusCode"))
        .isEqualTo(502);
    assertThat(asked).isEmpty();
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
    var unnoted = new EnumMap<ApiRoute, ApiRoutes.Handler>(ApiRoute.class);
    ApiRoute.of(ApiFunction.COMMAND)
        .forEach(route -> unnoted.put(route, _ -> ApiAnswer.ok(Map.of())));
    assertThatThrownBy(() -> new ApiRoutes(ApiFunction.COMMAND, unnoted))
        .hasMessageContaining("expected an audit log");
  }
}
