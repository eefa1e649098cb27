// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.endpoint.LocalOrigin;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UserPoolClientType;

/// A domain's pages and token endpoint: authorization code with PKCE, no other grant.
///
/// Differs from AWS: PKCE is required (S256), and no session cookie is kept, so every sign-in asks
/// for the password.
///
/// Source: RFC 6749, section 4.1; RFC 7636; Cognito Developer Guide, "User pool endpoints".
final class ManagedLogin {
  private static final Duration CODE_VALID = Duration.ofMinutes(5);
  private static final int MAX_FORM_BYTES = 64 * 1024;

  private final MVMap<String, Code> codes;
  private final Pools pools;
  private final People people;
  private final Tokens tokens;
  private final Runnable makeDurable;
  private final StackClock clock;
  private final RandomGenerator random;

  ManagedLogin(
      Store store,
      Pools pools,
      People people,
      Tokens tokens,
      StackClock clock,
      RandomGenerator random) {
    this.codes = store.map("cognito/codes", Code.class);
    this.pools = pools;
    this.people = people;
    this.tokens = tokens;
    this.makeDurable = store::commit;
    this.clock = clock;
    this.random = random;
  }

  /// A sign-in whose tokens have not been fetched yet.
  record Code(
      String poolId,
      String clientId,
      String redirectUri,
      String challenge,
      String username,
      String scope,
      String nonce,
      Instant expires) {}

  /// @param base the path before the endpoint's own: empty, or {@code /_cognito/<domain>}
  WireResponse handle(String poolId, String base, String path, WireRequest request)
      throws IOException {
    String route = request.method() + " " + path;
    try {
      return switch (route) {
        case "GET /oauth2/authorize" -> {
          check(poolId, query(request));
          yield redirect(base + "/login?" + request.query());
        }
        case "GET /login" -> {
          check(poolId, query(request));
          yield SignInPage.of(200, "", "", false);
        }
        case "POST /login" -> signIn(poolId, request);
        case "POST /oauth2/token" -> Browsers.shared(token(poolId, request));
        case "POST /oauth2/revoke" -> Browsers.shared(revoke(poolId, request));
        case "GET /logout" -> logout(poolId, query(request));
        case "OPTIONS /oauth2/token", "OPTIONS /oauth2/revoke" ->
            Browsers.shared(WireResponse.of(204, "", new byte[0]));
        default -> WireResponse.text(404, "text/plain", "Not Found");
      };
    } catch (AwsFailure failure) {
      return SignInPage.problem(failure.message());
    } finally {
      makeDurable.run();
    }
  }

  /// Refuses a question that must not be answered by redirecting.
  private UserPoolClientType check(String poolId, Map<String, String> query) {
    UserPoolClientType client = pools.client(poolId, query.getOrDefault("client_id", ""));
    String redirect = query.getOrDefault("redirect_uri", "");
    if (!allowed(client.callbackURLs(), redirect)) {
      throw CognitoFailures.invalid(
          "redirect_mismatch: expected one of " + client.callbackURLs() + ", got " + redirect);
    }
    if (!"code".equals(query.get("response_type"))) {
      throw CognitoFailures.invalid(
          "response_type: expected code, got " + query.get("response_type"));
    }
    if (!"S256".equals(query.get("code_challenge_method"))
        || query.getOrDefault("code_challenge", "").length() != 43) {
      throw CognitoFailures.invalid("code_challenge: expected PKCE with S256");
    }
    if (!client.allowedOAuthFlowsAsStrings().contains("code")) {
      throw CognitoFailures.invalid(
          "unauthorized_client: the client does not allow the code grant");
    }
    for (String scope : scope(client, query).split(" ")) {
      if (!client.allowedOAuthScopes().contains(scope)) {
        throw CognitoFailures.invalid(
            "invalid_scope: expected of " + client.allowedOAuthScopes() + ", got " + scope);
      }
    }
    return client;
  }

  private static String scope(UserPoolClientType client, Map<String, String> query) {
    String asked = query.getOrDefault("scope", "").strip();
    return asked.isEmpty() ? String.join(" ", client.allowedOAuthScopes()) : asked;
  }

  private static boolean allowed(List<String> urls, String used) {
    return urls.stream().anyMatch(u -> LocalOrigin.same(u, used));
  }

  private WireResponse signIn(String poolId, WireRequest request) throws IOException {
    Map<String, String> query = query(request);
    UserPoolClientType client = check(poolId, query);
    Map<String, String> form = form(request);
    String username = form.getOrDefault("username", "").strip();
    Person person;
    try {
      person = people.authenticate(poolId, username, form.getOrDefault("password", ""));
    } catch (AwsFailure failure) {
      return SignInPage.of(400, failure.message(), username, form.containsKey("new_password"));
    }
    if (person.mustChangePassword()) {
      String chosen = form.getOrDefault("new_password", "");
      if (chosen.isEmpty()) {
        return SignInPage.of(
            200, "Choose a password in the place of the temporary one.", username, true);
      }
      try {
        person = people.choosePassword(person, chosen);
      } catch (AwsFailure failure) {
        return SignInPage.of(400, failure.message(), username, true);
      }
    }
    return back(person, client, query);
  }

  private WireResponse back(Person person, UserPoolClientType client, Map<String, String> query) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String code = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    String redirect = query.getOrDefault("redirect_uri", "");
    codes.put(
        code,
        new Code(
            person.poolId(),
            client.clientId(),
            redirect,
            query.getOrDefault("code_challenge", ""),
            person.username(),
            scope(client, query),
            query.getOrDefault("nonce", ""),
            clock.instant().plus(CODE_VALID)));
    String state = query.getOrDefault("state", "");
    return redirect(
        redirect
            + (redirect.contains("?") ? "&" : "?")
            + "code="
            + code
            + (state.isEmpty()
                ? ""
                : "&state=" + URLEncoder.encode(state, StandardCharsets.UTF_8)));
  }

  private WireResponse token(String poolId, WireRequest request) throws IOException {
    Map<String, String> form = form(request);
    try {
      UserPoolClientType client = pools.client(poolId, form.getOrDefault("client_id", ""));
      return switch (form.getOrDefault("grant_type", "")) {
        case "authorization_code" -> byCode(client, form);
        case "refresh_token" ->
            answer(tokens.renewed(client, form.getOrDefault("refresh_token", "")));
        default -> error("unsupported_grant_type");
      };
    } catch (AwsFailure failure) {
      return error(
          failure.code().equals("ResourceNotFoundException") ? "invalid_client" : "invalid_grant");
    }
  }

  private WireResponse byCode(UserPoolClientType client, Map<String, String> form) {
    // A code is good once, whatever comes of it.
    Code code = codes.remove(form.getOrDefault("code", ""));
    if (code == null
        || !code.clientId().equals(client.clientId())
        || !code.redirectUri().equals(form.get("redirect_uri"))
        || !clock.instant().isBefore(code.expires())
        || !Pkce.challenge(form.getOrDefault("code_verifier", "")).equals(code.challenge())) {
      return error("invalid_grant");
    }
    return people
        .find(code.poolId(), code.username())
        .map(p ->
            answer(
                tokens.signedIn(
                    p, client, code.scope(), code.nonce().isEmpty() ? null : code.nonce())))
        .orElseGet(() -> error("invalid_grant"));
  }

  private static WireResponse answer(Tokens.Issued issued) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id_token", issued.id())
            .put("access_token", issued.access())
            .put("expires_in", issued.expiresIn())
            .put("token_type", "Bearer");
    if (issued.refresh() != null) {
      json.put("refresh_token", issued.refresh());
    }
    return WireResponse.text(200, "application/json", json.toString())
        .with("Cache-Control", "no-store");
  }

  private WireResponse revoke(String poolId, WireRequest request) throws IOException {
    Map<String, String> form = form(request);
    try {
      UserPoolClientType client = pools.client(poolId, form.getOrDefault("client_id", ""));
      tokens.revoke(client, form.getOrDefault("token", ""));
      return WireResponse.of(200, "", new byte[0]);
    } catch (AwsFailure _) {
      return error("invalid_client");
    }
  }

  private WireResponse logout(String poolId, Map<String, String> query) {
    UserPoolClientType client = pools.client(poolId, query.getOrDefault("client_id", ""));
    String to = query.getOrDefault("logout_uri", "");
    if (!allowed(client.logoutURLs(), to)) {
      throw CognitoFailures.invalid(
          "logout_uri: expected one of " + client.logoutURLs() + ", got " + to);
    }
    return redirect(to);
  }

  private static WireResponse error(String code) {
    return WireResponse.text(400, "application/json", "{\"error\":\"" + code + "\"}")
        .with("Cache-Control", "no-store");
  }

  private static WireResponse redirect(String to) {
    return WireResponse.of(302, "", new byte[0])
        .with("Location", to)
        .with("Cache-Control", "no-store");
  }

  private static Map<String, String> query(WireRequest request) {
    return firsts(request.parameters());
  }

  private static Map<String, String> form(WireRequest request) throws IOException {
    String text = new String(request.body().readNBytes(MAX_FORM_BYTES), StandardCharsets.UTF_8);
    return firsts(request.withQuery(text).parameters());
  }

  private static Map<String, String> firsts(Map<String, List<String>> parameters) {
    var firsts = new LinkedHashMap<String, String>();
    parameters.forEach((name, values) -> firsts.put(name, values.getFirst()));
    return firsts;
  }
}
