// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

import io.fieldline.lambdas.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The key set that a user pool publishes, kept until an unknown key is asked for, and then fetched
/// again at most every ten seconds. One thread at a time.
///
/// Source: RFC 7517; Amazon Cognito Developer Guide, Verifying JSON web tokens.
final class PublishedKeys implements SigningKeys {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final Fetch fetch;
  private final Clock clock;
  private Map<String, PublicKey> keys = Map.of();
  private Instant nextFetch = Instant.MIN;

  /// Gets the text of the key set.
  interface Fetch {
    byte[] keySet() throws IOException;
  }

  PublishedKeys(Fetch fetch, Clock clock) {
    this.fetch = fetch;
    this.clock = clock;
  }

  @Override
  public Optional<PublicKey> key(String identifier) throws IOException {
    if (!keys.containsKey(identifier) && !clock.instant().isBefore(nextFetch)) {
      keys = parse(fetch.keySet());
      nextFetch = clock.instant().plus(PAUSE);
    }
    return Optional.ofNullable(keys.get(identifier));
  }

  private static Map<String, PublicKey> parse(byte[] keySet) throws IOException {
    var parsed = new HashMap<String, PublicKey>();
    for (var key : JsonObject.parse(keySet).objects("keys")) {
      if (key.text("kty").equals("RSA")) {
        parsed.put(key.text("kid"), rsa(key.text("n"), key.text("e")));
      }
    }
    return parsed;
  }

  private static PublicKey rsa(String modulus, String exponent) throws IOException {
    try {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(number(modulus), number(exponent)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("key set: expected an RSA key in base64url, got something else", e);
    }
  }

  private static BigInteger number(String base64url) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(base64url));
  }
}
