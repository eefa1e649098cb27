// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.users;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UsernameAttributeType;

@ExtendWith(SharedStack.class)
final class UsersHandlerTest {
  private final Cloud cloud;
  private final CognitoIdentityProviderClient pools;
  private final String poolId;
  private final UsersHandler function;

  UsersHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    pools = cloud.pools();
    poolId = pool();
    var variables =
        Map.of(
            "USER_POOL_ID",
            poolId,
            "FLEET_TABLE",
            cloud.fleetTable(),
            "AUDIT_RETENTION_DAYS",
            "90");
    function = new UsersHandler(new Environment(variables), pools, cloud.tables());
  }

  private String pool() {
    var id =
        pools
            .createUserPool(create ->
                create
                    .poolName(cloud.named("people"))
                    .usernameAttributes(UsernameAttributeType.EMAIL))
            .userPool()
            .id();
    for (var group : List.of("viewer", "operator", "admin")) {
      pools.createGroup(create -> create.userPoolId(id).groupName(group));
    }
    return id;
  }

  private Invocation.Answer put(String email, String body) throws IOException {
    return call("PUT /users/{email}", email, Map.of(), "[admin]", body);
  }

  private Invocation.Answer call(
      String route, String email, Map<String, String> query, String groups, @Nullable String body)
      throws IOException {
    return Invocation.api(function, route, Map.of("email", email), query, groups, body);
  }

  private List<String> groups(String email) {
    return pools
        .adminListGroupsForUser(list -> list.userPoolId(poolId).username(email))
        .groups()
        .stream()
        .map(group -> group.groupName())
        .toList();
  }

  @Test
  void aPersonIsInvitedAndHasThatRoleAndNoOther() throws IOException {
    var made = put("ann@example.com", "{\"role\":\"operator\"}");

    assertThat(made.status()).isEqualTo(200);
    assertThat(made.body().members())
        .containsEntry("email", "ann@example.com")
        .containsEntry("role", "operator")
        .containsEntry("enabled", true)
        .containsEntry("status", "FORCE_CHANGE_PASSWORD");
    assertThat(groups("ann@example.com")).containsExactly("operator");

    var changed = put("ann@example.com", "{\"role\":\"viewer\",\"enabled\":false}");

    assertThat(changed.body().text("user")).isEqualTo(made.body().text("user"));
    assertThat(changed.body().members())
        .containsEntry("role", "viewer")
        .containsEntry("enabled", false);
    assertThat(groups("ann@example.com")).containsExactly("viewer");
    assertThat(put("ann@example.com", "{\"role\":\"viewer\"}").body().members())
        .containsEntry("enabled", true);
  }

  /// The function ends before or after any of its calls; who asks again has what they asked for.
  @Test
  void aRequestThatNobodyAnsweredIsDoneWhenItIsSentAgain() throws IOException {
    endsAt(6);
  }

  @Test
  @Tag("long")
  void aRequestThatEndedAtEachEdgeOfEachCallIsDoneWhenItIsSentAgain() throws IOException {
    endsAt(1);
  }

  private void endsAt(int step) throws IOException {
    int ended = 0;
    for (int edge = 1; edge <= 30; edge += step) {
      var email = "p" + edge + "@example.com";
      cloud.endAt(edge);
      try {
        put(email, "{\"role\":\"admin\",\"enabled\":false}");
      } catch (Cloud.Ended anywhere) {
        ended++;
      }
      cloud.endAt(0);

      var answer = put(email, "{\"role\":\"admin\",\"enabled\":false}");

      assertThat(answer.status()).as("ended at edge %d", edge).isEqualTo(200);
      assertThat(answer.body().members())
          .as("ended at edge %d", edge)
          .containsEntry("role", "admin")
          .containsEntry("enabled", false);
      assertThat(groups(email)).containsExactly("admin");
    }
    assertThat(ended).isGreaterThan(20 / step);
  }

  @Test
  void everybodyIsListedInParts() throws IOException {
    for (int i = 0; i < 4; i++) {
      put("p" + i + "@example.com", "{\"role\":\"viewer\"}");
    }
    pools.adminCreateUser(create -> create.userPoolId(poolId).username("norole@example.com"));

    var emails = new ArrayList<String>();
    var query = new HashMap<>(Map.of("limit", "2"));
    while (true) {
      var body = call("GET /users", "", query, "[admin]", null).body();
      assertThat(body.objects("users")).hasSizeLessThanOrEqualTo(2);
      for (var user : body.objects("users")) {
        emails.add(user.text("email"));
        assertThat(user.has("role")).isEqualTo(!user.text("email").startsWith("norole"));
      }
      if (!body.has("cursor")) {
        break;
      }
      query.put("cursor", body.text("cursor"));
    }

    assertThat(emails).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void nobodyChangesThemself() throws IOException {
    var user = put("ada@example.com", "{\"role\":\"admin\"}").body().text("user");
    var claims = Map.of("sub", user, "username", user, "cognito:groups", "[admin]");

    var answer =
        JsonObject.parse(
            Invocation.of(
                function,
                Map.of(
                    "routeKey",
                    "PUT /users/{email}",
                    "pathParameters",
                    Map.of("email", "ada@example.com"),
                    "body",
                    "{\"role\":\"viewer\"}",
                    "requestContext",
                    Map.of(
                        "timeEpoch", 1L, "authorizer", Map.of("jwt", Map.of("claims", claims))))));

    assertThat(answer.whole("statusCode")).isEqualTo(409);
    assertThat(groups("ada@example.com")).containsExactly("admin");
  }

  @Test
  void aRequestThatIsNoneIsToldWhatWasExpected() throws IOException {
    assertThat(put("no-address", "{\"role\":\"viewer\"}").status()).isEqualTo(400);
    for (var body : List.of("{}", "{\"role\":\"root\"}", "{\"role\":\"viewer\",\"enabled\":1}")) {
      var answer = put("ann@example.com", body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.body().text("detail")).contains("expected");
    }
    assertThat(pools.listUsers(list -> list.userPoolId(poolId)).users()).isEmpty();
    assertThat(call("GET /users", "", Map.of(), "[operator]", null).status()).isEqualTo(403);
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    function.prime();

    assertThat(cloud.items(cloud.fleetTable())).isEmpty();
  }
}
