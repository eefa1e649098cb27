// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;

/// Makes a person in the user pool and signs in as the web app does: authorization code with PKCE.
final class SignIn implements AutoCloseable {
  static final String PASSWORD = "Correct-horse-9";
  private static final String VERIFIER = "a-verifier-of-at-least-forty-three-characters-long";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Stack stack;
  private final Deployment deployment;

  SignIn(Stack stack, Deployment deployment) {
    this.stack = stack;
    this.deployment = deployment;
  }

  /// The access token of somebody who may look.
  String token() throws Exception {
    return token("viewer");
  }

  /// The access token of somebody with a role.
  String token(String role) throws Exception {
    String email = email(role);
    String pool = deployment.output("UserPoolId");
    var cognito = stack.client(CognitoIdentityProviderClient.builder());
    cognito.adminCreateUser(
        user -> user.userPoolId(pool).username(email).messageAction("SUPPRESS"));
    cognito.adminSetUserPassword(
        user -> user.userPoolId(pool).username(email).password(PASSWORD).permanent(true));
    cognito.adminAddUserToGroup(add -> add.userPoolId(pool).username(email).groupName(role));
    URI app = local(deployment.output("AppUrl"));
    JsonNode config = json.readTree(get(app.resolve("config.json")).body());
    JsonNode places =
        json.readTree(
            get(URI.create(config.path("issuer").asText() + "/.well-known/openid-configuration"))
                .body());
    String client = config.path("clientId").asText();
    String back = app.toString();
    URI login =
        URI.create(places.path("authorization_endpoint").asText() + "?" + asked(client, back));
    URI page = login.resolve(moved(get(login)));
    String answer = moved(post(page, Map.of("username", email, "password", PASSWORD)));
    var tokens =
        post(
            URI.create(places.path("token_endpoint").asText()),
            Map.of(
                "grant_type", "authorization_code",
                "client_id", client,
                "redirect_uri", back,
                "code", URI.create(answer).getQuery().replaceAll("(?:.*&)?code=([^&]+).*", "$1"),
                "code_verifier", VERIFIER));
    return json.readTree(tokens.body()).path("access_token").asText();
  }

  /// The address of somebody with a role.
  static String email(String role) {
    return role + "@fieldline.example";
  }

  private static String asked(String client, String back) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
    return form(
        Map.of(
            "response_type", "code",
            "client_id", client,
            "redirect_uri", back,
            "scope", "openid email",
            "state", "s",
            "code_challenge_method", "S256",
            "code_challenge", Base64.getUrlEncoder().withoutPadding().encodeToString(hash)));
  }

  /// The template's addresses are https, as on AWS; the local stack answers in plain http too.
  URI local(String url) {
    URI given = URI.create(url);
    return URI.create(
        "http://" + given.getHost() + ":" + stack.endpoint().getPort() + given.getPath());
  }

  private HttpResponse<String> get(URI from) throws Exception {
    return http.send(HttpRequest.newBuilder(from).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(URI to, Map<String, String> fields) throws Exception {
    return http.send(
        HttpRequest.newBuilder(to)
            .POST(BodyPublishers.ofString(form(fields)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .build(),
        BodyHandlers.ofString());
  }

  private static String moved(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("Location")
        .orElseThrow(() ->
            new IllegalStateException(
                "expected a redirect, got " + answer.statusCode() + " " + answer.body()));
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field ->
            field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  @Override
  public void close() {
    http.close();
  }
}
