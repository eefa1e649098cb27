// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiRoute;
import io.fieldline.messages.api.Role;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request of the HTTP API.
///
/// Source: API Gateway Developer Guide, Lambda proxy integration, payload format 2.0.
///
/// @param event as API Gateway sends it
public record ApiRequest(JsonObject event) {
  /// A request that nobody made, by somebody who may make it: for a function's priming.
  ///
  /// @param members what the event has besides, such as {@code pathParameters}
  public static ApiRequest priming(ApiRoute route, Map<String, Object> members) {
    var claims = Map.of("sub", "priming", "cognito:groups", "[" + route.role().group() + "]");
    var event = new LinkedHashMap<String, Object>(members);
    event.put("routeKey", route.key());
    event.put(
        "requestContext",
        Map.of("timeEpoch", 0L, "authorizer", Map.of("jwt", Map.of("claims", claims))));
    return new ApiRequest(JsonObject.of(event));
  }

  /// Method and path with placeholders, for example `GET /devices/{device}`.
  public String routeKey() throws MessageException {
    return event.text("routeKey");
  }

  /// What stands in the place of a placeholder.
  public String path(String name) throws ApiException {
    try {
      return event.object("pathParameters").text(name);
    } catch (MessageException e) {
      throw new ApiException(400, "expected a path with {" + name + "}");
    }
  }

  /// A query parameter, if it is there.
  public Optional<String> query(String name) throws ApiException {
    try {
      return event.optionalObject("queryStringParameters").optionalText(name);
    } catch (MessageException e) {
      throw new ApiException(400, "query: " + e.getMessage());
    }
  }

  /// A query parameter that is a whole number from 0.
  public Optional<Long> number(String name) throws ApiException {
    var text = query(name);
    if (text.isPresent() && !text.get().matches("\\d{1,15}")) {
      throw new ApiException(
          400, name + ": expected a whole number of at most 15 digits, got '" + text.get() + "'");
    }
    return text.map(Long::valueOf);
  }

  /// A header, if it is there.
  ///
  /// Source: API Gateway Developer Guide, payload format 2.0: names of headers are in lower case.
  public Optional<String> header(String name) throws MessageException {
    return event.optionalObject("headers").optionalText(name.toLowerCase(Locale.ROOT));
  }

  /// When API Gateway received it, epoch milliseconds.
  public long receivedMs() throws MessageException {
    return event.object("requestContext").whole("timeEpoch");
  }

  /// The body, which must be a JSON object.
  public JsonObject body() throws ApiException {
    try {
      var body = event.text("body");
      return event.members().get("isBase64Encoded") instanceof Boolean encoded && encoded
          ? JsonObject.parse(Base64.getDecoder().decode(body))
          : JsonObject.parse(body.getBytes(StandardCharsets.UTF_8));
    } catch (MessageException | IllegalArgumentException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  /// A query parameter that says how many of a list to answer, from 1.
  ///
  /// @param usual where it is not there
  public int limit(int usual, int most) throws ApiException {
    long limit = number("limit").orElse((long) usual);
    if (limit < 1 || limit > most) {
      throw new ApiException(400, "limit: expected 1 to " + most + ", got " + limit);
    }
    return (int) limit;
  }

  /// Who asks: the user's name, or the subject where there is none; who invoked the function
  /// themself, by their ARN.
  public String person() throws MessageException {
    if (isByIam()) {
      return authorizer().object("iam").text("userArn");
    }
    var claims = claims();
    for (var name : List.of("email", "username", "cognito:username")) {
      var value = claims.optionalText(name);
      if (value.isPresent()) {
        return value.get();
      }
    }
    return claims.text("sub");
  }

  /// Refuses a person who may not do what a role may. Whom IAM lets invoke the function is asked no
  /// more: no route lets such a request come from outside.
  public void require(Role role) throws ApiException, MessageException {
    if (!isByIam() && !role.isIn(groups())) {
      throw new ApiException(
          403, "expected a person of the role " + role.group() + ", got one of " + groups());
    }
  }

  /// Under which API Gateway knows it, if it came that way.
  public Optional<String> requestId() throws MessageException {
    return event.object("requestContext").optionalText("requestId");
  }

  // Source: API Gateway Developer Guide, JWT authorizers: an array claim comes as "[a b]".
  private List<String> groups() throws MessageException {
    var groups = claims().members().get("cognito:groups");
    if (groups instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    var text = groups == null ? "" : String.valueOf(groups).replaceAll("[\\[\\],]", " ").strip();
    return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
  }

  // Source: API Gateway Developer Guide, payload format 2.0: an IAM authorizer's caller is in
  // `requestContext.authorizer.iam`. Our routes have JWT authorizers: it comes by Invoke alone.
  private boolean isByIam() throws MessageException {
    return authorizer().has("iam");
  }

  private JsonObject claims() throws MessageException {
    return authorizer().object("jwt").object("claims");
  }

  private JsonObject authorizer() throws MessageException {
    return event.object("requestContext").object("authorizer");
  }
}
