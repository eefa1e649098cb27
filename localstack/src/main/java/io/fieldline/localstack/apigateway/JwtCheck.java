// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.apigatewayv2.model.JWTConfiguration;

/// Whether a token is one that a JWT authorizer takes.
///
/// Source: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers": iss,
/// aud or client_id, exp, nbf, iat are looked at; only RSA signatures are taken.
final class JwtCheck {
  private final ObjectMapper mapper = new ObjectMapper();
  private final TokenKeys keys;
  private final InstantSource clock;

  JwtCheck(TokenKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /// The claims of a token that is valid, or why it is not.
  sealed interface Answer {
    record Valid(JsonNode claims) implements Answer {}

    record Refused(String why) implements Answer {}
  }

  Answer check(String token, JWTConfiguration wanted) {
    try {
      String[] parts = token.split("\\.", -1);
      if (parts.length != 3) {
        return new Answer.Refused("unable to parse the token");
      }
      JsonNode header = json(parts[0]);
      JsonNode claims = json(parts[1]);
      if (!claims.path("iss").asText().equals(wanted.issuer())) {
        return new Answer.Refused("the token has an invalid issuer");
      }
      Optional<RSAPublicKey> key = keys.key(wanted.issuer(), header.path("kid").asText());
      if (key.isEmpty()
          || !header.path("alg").asText().equals("RS256")
          || !signed(parts, key.get())) {
        return new Answer.Refused("signature verification failed");
      }
      return accepted(claims, wanted);
    } catch (IOException | IllegalArgumentException | GeneralSecurityException e) {
      return new Answer.Refused("unable to parse the token");
    }
  }

  private Answer accepted(JsonNode claims, JWTConfiguration wanted) {
    Instant now = clock.instant();
    if (!claims.path("exp").isNumber() || claims.path("exp").asLong() <= now.getEpochSecond()) {
      return new Answer.Refused("the token has expired");
    }
    // Assumed: a minute of clock difference is let pass for what lies in the future.
    long latest = now.getEpochSecond() + 60;
    if (claims.path("nbf").asLong(0) > latest || claims.path("iat").asLong(0) > latest) {
      return new Answer.Refused("the token is not valid yet");
    }
    List<String> audience =
        claims.has("aud") ? texts(claims.path("aud")) : texts(claims.path("client_id"));
    return audience.stream().anyMatch(wanted.audience()::contains)
        ? new Answer.Valid(claims)
        : new Answer.Refused("the token does not have a valid audience");
  }

  static List<String> texts(JsonNode node) {
    var texts = new ArrayList<String>();
    if (node.isArray()) {
      node.forEach(n -> texts.add(n.asText()));
    } else if (node.isTextual()) {
      texts.add(node.asText());
    }
    return texts;
  }

  private JsonNode json(String part) throws IOException {
    return mapper.readTree(Base64.getUrlDecoder().decode(part));
  }

  private static boolean signed(String[] parts, RSAPublicKey key) throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(key);
    verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    return verifier.verify(Base64.getUrlDecoder().decode(parts[2]));
  }
}
