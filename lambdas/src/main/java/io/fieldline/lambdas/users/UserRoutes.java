// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.users;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Cursor;
import io.fieldline.lambdas.api.Lists;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// `GET /users` and `PUT /users/{email}`.
final class UserRoutes {
  /// As many as the pool lists at once.
  private static final int MOST = 60;

  private final People people;

  UserRoutes(People people) {
    this.people = people;
  }

  ApiAnswer list(ApiRequest request) throws ApiException {
    var page = people.page(Cursor.in(request, ""), Math.min(MOST, Lists.limit(request)));
    return Lists.answer(
        "users", page.people().stream().map(UserRoutes::json).toList(), page.next());
  }

  /// Invites or changes; what a crash has left half done is done when it is asked for again.
  ApiAnswer put(ApiRequest request) throws ApiException, MessageException {
    var email = request.path("email");
    if (email.length() > 128 || !email.matches("[^@\\s]+@[^@\\s]+")) {
      throw new ApiException(400, "expected an e-mail address, got '" + email + "'");
    }
    var body = request.body();
    var role = role(body);
    boolean enabled = enabled(body);
    if (people.find(email).isEmpty()) {
      people.invite(email);
    }
    var person = people.find(email).orElseThrow();
    // An access token has the pool's name; a token with an address would have that.
    if (List.of(person.user(), person.email()).contains(request.person())) {
      throw new ApiException(
          409, "expected another person: nobody changes themself, so that an admin is left");
    }
    people.give(person.user(), role);
    people.enable(person.user(), enabled);
    return ApiAnswer.ok(json(people.find(email).orElseThrow()));
  }

  private static Role role(JsonObject body) throws ApiException {
    var asked = body.members().get("role");
    return Stream.of(Role.values())
        .filter(role -> role.group().equals(asked))
        .findFirst()
        .orElseThrow(
            () -> new ApiException(400, "role: expected viewer, operator or admin, got " + asked));
  }

  private static boolean enabled(JsonObject body) throws ApiException {
    if (!body.has("enabled")) {
      return true;
    }
    if (body.members().get("enabled") instanceof Boolean enabled) {
      return enabled;
    }
    throw new ApiException(
        400, "enabled: expected true or false, got " + body.members().get("enabled"));
  }

  private static Map<String, Object> json(People.Person person) {
    var json = new LinkedHashMap<String, Object>();
    json.put("user", person.user());
    json.put("email", person.email());
    person.role().ifPresent(role -> json.put("role", role.group()));
    json.put("enabled", person.enabled());
    json.put("status", person.status());
    return json;
  }
}
