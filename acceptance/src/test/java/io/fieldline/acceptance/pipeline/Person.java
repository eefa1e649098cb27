// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Somebody signed in at the user pool's own page, who uses the HTTP API.
public final class Person {
  private static final String PASSWORD = "Correct-horse-9";
  private static final String VERIFIER = "a-verifier-of-at-least-forty-three-characters-long";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI api;
  private final String email;
  private final String accessToken;

  private Person(URI api, String email, String accessToken) {
    this.api = api;
    this.email = email;
    this.accessToken = accessToken;
  }

  /// An answer of the API.
  public record Answer(int status, JsonNode body) {}

  /// One reading as the API gives it back.
  public record Point(long atMs, double value) {}

  static Person signedIn(Pipeline pipeline, String name, Set<String> groups) {
    String email = name + "@fieldline.example";
    String pool = pipeline.output("UserPoolId");
    var cognito = pipeline.aws().cognito();
    cognito.adminCreateUser(
        user -> user.userPoolId(pool).username(email).messageAction("SUPPRESS"));
    cognito.adminSetUserPassword(
        user -> user.userPoolId(pool).username(email).password(PASSWORD).permanent(true));
    groups.forEach(group ->
        cognito.adminAddUserToGroup(add -> add.userPoolId(pool).username(email).groupName(group)));
    try {
      return new Person(
          local(pipeline, pipeline.output("ApiUrl")), email, new SignIn(pipeline).token(email));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The template's addresses are https, as on AWS; the local stack answers in plain http too.
  private static URI local(Pipeline pipeline, String url) {
    URI given = URI.create(url);
    return URI.create(
        "http://" + given.getHost() + ":" + pipeline.endpoint().getPort() + given.getPath());
  }

  public String email() {
    return email;
  }

  /// What the app puts into its requests.
  public String accessToken() {
    return accessToken;
  }

  public String password() {
    return PASSWORD;
  }

  public Answer get(String path) {
    return call("GET", path, "", Map.of());
  }

  public Answer post(String path, String body) {
    return call("POST", path, body, Map.of());
  }

  public Answer post(String path, String body, Map<String, String> headers) {
    return call("POST", path, body, headers);
  }

  public Answer put(String path, String body) {
    return call("PUT", path, body, Map.of());
  }

  public Answer put(String path, String body, Map<String, String> headers) {
    return call("PUT", path, body, headers);
  }

  public Answer delete(String path) {
    return call("DELETE", path, "", Map.of());
  }

  private Answer call(String method, String path, String body, Map<String, String> headers) {
    var request =
        HttpRequest.newBuilder(URI.create(api + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + accessToken)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30));
    headers.forEach(request::header);
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), json.readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Every reading of one sensor in the time given, without merging: the range is halved until the
  /// API gives each point for itself.
  public List<Point> readings(String device, String sensor, long fromMs, long toMs) {
    Answer answer =
        get("/devices/" + encoded(device) + "/series?fromMs=" + fromMs + "&toMs=" + toMs);
    if (answer.status() == 404) {
      return List.of();
    }
    if (answer.status() != 200) {
      throw new AssertionError("expected a series, got " + answer);
    }
    JsonNode series = MissingNode.getInstance();
    for (JsonNode one : answer.body().path("series")) {
      if (one.path("sensor").asText().equals(sensor)) {
        series = one;
      }
    }
    var points = new ArrayList<Point>();
    if (series.path("stepMs").asLong() > 0) {
      long middleMs = (fromMs + toMs) / 2;
      points.addAll(readings(device, sensor, fromMs, middleMs));
      points.addAll(readings(device, sensor, middleMs + 1, toMs));
      return points;
    }
    for (int i = 0; i < series.path("timesMs").size(); i++) {
      points.add(
          new Point(
              series.path("timesMs").path(i).asLong(), series.path("values").path(i).asDouble()));
    }
    return points;
  }

  /// The commands of a device, asked for until one is as wanted.
  public JsonNode command(String device, String id, Predicate<JsonNode> wanted) {
    return Await.until(
        "command " + id + " of " + device,
        Duration.ofSeconds(30),
        () -> {
          for (JsonNode one :
              get("/devices/" + encoded(device) + "/commands").body().path("commands")) {
            if (one.path("id").asText().equals(id)) {
              return one;
            }
          }
          return MissingNode.getInstance();
        },
        wanted);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// The authorization code grant with PKCE, as the app does it.
  private record SignIn(Pipeline pipeline, HttpClient http, ObjectMapper json) {
    SignIn(Pipeline pipeline) {
      this(pipeline, HttpClient.newHttpClient(), new ObjectMapper());
    }

    String token(String email) throws IOException, InterruptedException {
      JsonNode config = json.readTree(got(pipeline.app().resolve("config.json")));
      JsonNode places =
          json.readTree(
              got(
                  URI.create(
                      config.path("issuer").asText() + "/.well-known/openid-configuration")));
      String client = config.path("clientId").asText();
      String back = pipeline.app().toString();
      URI login =
          URI.create(
              places.path("authorization_endpoint").asText()
                  + "?"
                  + form(
                      Map.of(
                          "response_type", "code",
                          "client_id", client,
                          "redirect_uri", back,
                          "scope", "openid email",
                          "state", "s",
                          "code_challenge_method", "S256",
                          "code_challenge", challenge())));
      URI page = login.resolve(moved(get(login)));
      URI answer =
          URI.create(moved(post(page, form(Map.of("username", email, "password", PASSWORD)))));
      String code = answer.getQuery().replaceAll("(?:.*&)?code=([^&]+).*", "$1");
      var tokens =
          post(
              URI.create(places.path("token_endpoint").asText()),
              form(
                  Map.of(
                      "grant_type", "authorization_code",
                      "client_id", client,
                      "redirect_uri", back,
                      "code", code,
                      "code_verifier", VERIFIER)));
      if (tokens.statusCode() != 200) {
        throw new AssertionError("expected tokens, got " + tokens.body());
      }
      return json.readTree(tokens.body()).path("access_token").asText();
    }

    private String got(URI from) throws IOException, InterruptedException {
      return get(from).body();
    }

    private HttpResponse<String> get(URI from) throws IOException, InterruptedException {
      return http.send(HttpRequest.newBuilder(from).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(URI to, String form)
        throws IOException, InterruptedException {
      return http.send(
          HttpRequest.newBuilder(to)
              .POST(BodyPublishers.ofString(form))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .build(),
          BodyHandlers.ofString());
    }

    private static String moved(HttpResponse<String> answer) {
      return answer
          .headers()
          .firstValue("Location")
          .orElseThrow(() ->
              new AssertionError(
                  "expected a redirect, got " + answer.statusCode() + " " + answer.body()));
    }

    private static String form(Map<String, String> fields) {
      return fields.entrySet().stream()
          .map(field -> field.getKey() + "=" + encoded(field.getValue()))
          .collect(Collectors.joining("&"));
    }

    private static String challenge() {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256")
                .digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
