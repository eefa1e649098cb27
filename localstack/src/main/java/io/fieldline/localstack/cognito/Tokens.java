// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cognitoidentityprovider.model.TimeUnitsType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UserPoolClientType;

/// Makes id, access and refresh tokens, and renews by the last.
///
/// Source: Cognito Developer Guide, "Understanding user pool JSON web tokens".
final class Tokens {
  private final MVMap<String, Refresh> refreshTokens;
  private final SigningKeys keys;
  private final Pools pools;
  private final People people;
  private final StackClock clock;
  private final RandomGenerator random;

  Tokens(
      Store store,
      SigningKeys keys,
      Pools pools,
      People people,
      StackClock clock,
      RandomGenerator random) {
    this.refreshTokens = store.map("cognito/refresh-tokens", Refresh.class);
    this.keys = keys;
    this.pools = pools;
    this.people = people;
    this.clock = clock;
    this.random = random;
  }

  /// A sign-in that may be renewed.
  ///
  /// @param origin the {@code origin_jti} of every token of this sign-in
  record Refresh(
      String poolId,
      String clientId,
      String username,
      String scope,
      Instant authTime,
      Instant expires,
      String origin) {}

  record Issued(String id, String access, @Nullable String refresh, long expiresIn) {}

  Issued signedIn(Person person, UserPoolClientType client, String scope, @Nullable String nonce) {
    Instant now = clock.instant();
    var sign =
        new Refresh(
            person.poolId(),
            client.clientId(),
            person.username(),
            scope,
            now,
            now.plus(refreshValidity(client)),
            UUID.randomUUID().toString());
    byte[] bytes = new byte[48];
    random.nextBytes(bytes);
    String refresh = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    refreshTokens.put(Pkce.challenge(refresh), sign);
    return issue(person, client, sign, refresh, nonce);
  }

  /// New tokens, without another refresh token.
  Issued renewed(UserPoolClientType client, String refresh) {
    Refresh kept = refreshTokens.get(Pkce.challenge(refresh));
    if (kept == null
        || !kept.clientId().equals(client.clientId())
        || !clock.instant().isBefore(kept.expires())) {
      throw new AwsFailure("NotAuthorizedException", 400, "Invalid Refresh Token");
    }
    Optional<Person> person = people.find(kept.poolId(), kept.username());
    if (person.isEmpty() || !person.get().enabled()) {
      throw new AwsFailure("NotAuthorizedException", 400, "Refresh Token has been revoked");
    }
    return issue(person.get(), client, kept, null, null);
  }

  void revoke(UserPoolClientType client, String refresh) {
    String key = Pkce.challenge(refresh);
    Refresh kept = refreshTokens.get(key);
    if (kept != null && kept.clientId().equals(client.clientId())) {
      refreshTokens.remove(key);
    }
  }

  private Issued issue(
      Person person,
      UserPoolClientType client,
      Refresh sign,
      @Nullable String refresh,
      @Nullable String nonce) {
    var units = client.tokenValidityUnits();
    Duration access =
        validity(client.accessTokenValidity(), units == null ? null : units.accessToken());
    Duration id = validity(client.idTokenValidity(), units == null ? null : units.idToken());
    String accessToken = sign(person.poolId(), accessClaims(person, sign, access));
    return new Issued(
        sign(person.poolId(), idClaims(person, sign, id, nonce)),
        accessToken,
        refresh,
        access.toSeconds());
  }

  private ObjectNode accessClaims(Person person, Refresh sign, Duration valid) {
    return common(person, sign, valid)
        .put("token_use", "access")
        .put("client_id", sign.clientId())
        .put("scope", sign.scope())
        .put("version", 2)
        .put("username", person.username());
  }

  private ObjectNode idClaims(Person person, Refresh sign, Duration valid, @Nullable String nonce) {
    ObjectNode claims =
        common(person, sign, valid)
            .put("token_use", "id")
            .put("aud", sign.clientId())
            .put("cognito:username", person.username());
    person
        .attributes()
        .forEach((name, value) -> {
          if (name.endsWith("_verified")) {
            claims.put(name, value.equals("true"));
          } else {
            claims.put(name, value);
          }
        });
    return nonce == null ? claims : claims.put("nonce", nonce);
  }

  private ObjectNode common(Person person, Refresh sign, Duration valid) {
    long now = clock.instant().getEpochSecond();
    ObjectNode claims = JsonNodeFactory.instance.objectNode();
    claims.put("sub", person.sub());
    List<String> groups = people.groupsOf(person);
    if (!groups.isEmpty()) {
      groups.forEach(claims.putArray("cognito:groups")::add);
    }
    return claims
        .put("iss", pools.issuer(person.poolId()))
        .put("origin_jti", sign.origin())
        .put("event_id", UUID.randomUUID().toString())
        .put("auth_time", sign.authTime().getEpochSecond())
        .put("iat", now)
        .put("exp", now + valid.toSeconds())
        .put("jti", UUID.randomUUID().toString());
  }

  private String sign(String poolId, ObjectNode claims) {
    SigningKeys.Kept key = keys.of(poolId);
    String header = "{\"kid\":\"" + key.id() + "\",\"alg\":\"RS256\"}";
    String signed = text(header) + "." + text(claims.toString());
    try {
      Signature signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(key.signing());
      signer.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the token cannot be signed", e);
    }
  }

  private static String text(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Duration validity(@Nullable Integer count, @Nullable TimeUnitsType unit) {
    if (count == null || count == 0) {
      return Duration.ofMinutes(60);
    }
    return of(count, unit == null ? TimeUnitsType.HOURS : unit);
  }

  private static Duration refreshValidity(UserPoolClientType client) {
    var units = client.tokenValidityUnits();
    Integer count = client.refreshTokenValidity();
    return of(
        count == null || count == 0 ? 30 : count,
        units == null || units.refreshToken() == null ? TimeUnitsType.DAYS : units.refreshToken());
  }

  private static Duration of(int count, TimeUnitsType unit) {
    return switch (unit) {
      case SECONDS -> Duration.ofSeconds(count);
      case MINUTES -> Duration.ofMinutes(count);
      case DAYS -> Duration.ofDays(count);
      default -> Duration.ofHours(count);
    };
  }
}
