// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AuthorizerHandlerTest {
  private static final String ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A";
  private static final long NOW_S = 1_764_000_000;

  // Keys are dear: one for the pool, one that nobody trusts under either name.
  private static final UserPool POOL = new UserPool("key-1", UserPool.newKeys());
  private static final KeyPair OTHER_KEYS = UserPool.newKeys();

  private final AtomicInteger fetches = new AtomicInteger();
  private final UserPool pool = POOL;
  private final AuthorizerHandler handler;

  AuthorizerHandlerTest() {
    var clock = Clock.fixed(Instant.ofEpochSecond(NOW_S), ZoneOffset.UTC);
    var keys =
        new PublishedKeys(
            () -> {
              fetches.incrementAndGet();
              return pool.keySet();
            },
            clock);
    handler = new AuthorizerHandler(new TokenCheck(ISSUER, "client-1", keys, clock), clock);
  }

  @Test
  void anAccessTokenMayConnectUnderItsClientIdentifierAndHearLiveValues() throws Exception {
    var answer = connect("web-1f", pool.token(claims()));

    assertThat(new String(answer.toBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"isAuthenticated":true,"principalId":"8f3a","disconnectAfterInSeconds":3600,\
            "refreshAfterInSeconds":3600,"policyDocuments":[{"Version":"2012-10-17","Statement":[\
            {"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:eu-west-1:111122223333:client/web-1f"},\
            {"Effect":"Allow","Action":"iot:Subscribe","Resource":"arn:aws:iot:eu-west-1:111122223333:topicfilter/fieldline/*/live"},\
            {"Effect":"Allow","Action":"iot:Receive","Resource":"arn:aws:iot:eu-west-1:111122223333:topic/fieldline/*/live"}]}]}\
            """);
  }

  @Test
  void anIdTokenIsTakenByItsAudience() throws Exception {
    var claims = claims("token_use", "id");
    claims.put("aud", "client-1");

    assertThat(connect("web-1f", pool.token(claims)).members())
        .containsEntry("isAuthenticated", true);
  }

  @Test
  void tokensOfOthersAreRefused() throws Exception {
    assertRefused(pool.token(claims("iss", "https://elsewhere.example")));
    assertRefused(pool.token(claims("client_id", "client-2")));
    assertRefused(pool.token(claims("token_use", "refresh")));
    assertRefused(pool.token(claims("exp", NOW_S)));
    assertRefused(pool.token("none", claims()));
    assertRefused(new UserPool("key-1", OTHER_KEYS).token(claims()));
    assertRefused(new UserPool("key-2", OTHER_KEYS).token(claims()));
  }

  @Test
  void whatIsNoTokenIsRefused() throws Exception {
    assertRefused("");
    assertRefused("a.b");
    assertRefused("ä.ö.ü");
    assertRefused(pool.token(Map.of()));
  }

  @Test
  void aClientIdentifierThatWouldWidenThePolicyIsRefused() throws Exception {
    var token = pool.token(claims());

    assertThat(connect("web-*", token).members()).containsEntry("isAuthenticated", false);
    assertThat(connect("gateway-1", token).members()).containsEntry("isAuthenticated", false);
  }

  @Test
  void theKeySetIsFetchedOnceAndNotForEveryUnknownKey() throws Exception {
    connect("web-1", pool.token(claims()));
    connect("web-2", pool.token(claims()));
    connect("web-3", new UserPool("key-2", OTHER_KEYS).token(claims()));

    assertThat(fetches).hasValue(1);
  }

  @Test
  void theKeySetIsWhereTheIssuerIsOrAtTheEndpointThatStandsForAws() {
    var own = Optional.of(URI.create("http://127.0.0.1:4566"));

    assertThat(HttpKeySet.of(ISSUER, Optional.empty()).address())
        .isEqualTo(URI.create(ISSUER + "/.well-known/jwks.json"));
    assertThat(HttpKeySet.of(ISSUER, own).address())
        .isEqualTo(URI.create("http://127.0.0.1:4566/eu-west-1_A/.well-known/jwks.json"));
    assertThat(HttpKeySet.of("http://127.0.0.1:9/pool", own).address())
        .isEqualTo(URI.create("http://127.0.0.1:9/pool/.well-known/jwks.json"));
  }

  private void assertRefused(String token) throws IOException {
    assertThat(connect("web-1f", token).members()).containsEntry("isAuthenticated", false);
  }

  private static Map<String, Object> claims(String name, Object value) {
    var claims = claims();
    claims.put(name, value);
    return claims;
  }

  private static Map<String, Object> claims() {
    return new HashMap<>(
        Map.of(
            "iss", ISSUER,
            "sub", "8f-3a",
            "token_use", "access",
            "client_id", "client-1",
            "exp", NOW_S + 3600));
  }

  private JsonObject connect(String clientId, String token) throws IOException {
    var event =
        """
        {"token": "", "signatureVerified": false, "protocols": ["tls", "http", "mqtt"],
         "protocolData": {"mqtt": {"username": "d2Vi", "password": "%s", "clientId": "%s"}},
         "connectionMetadata": {"id": "1"}}
        """
            .formatted(
                Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)),
                clientId);
    var output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
        output,
        new FunctionContext());
    return JsonObject.parse(output.toByteArray());
  }
}
