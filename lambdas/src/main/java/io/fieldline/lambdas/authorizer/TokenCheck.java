// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.util.Base64;

/// Takes access and id tokens of one app client of one user pool, signed and not expired.
///
/// Source: Amazon Cognito Developer Guide, Verifying JSON web tokens (signature, exp, iss,
/// token_use, aud of an id token, client_id of an access token).
final class TokenCheck {
  private final String issuer;
  private final String clientId;
  private final SigningKeys keys;
  private final Clock clock;

  TokenCheck(String issuer, String clientId, SigningKeys keys, Clock clock) {
    this.issuer = issuer;
    this.clientId = clientId;
    this.keys = keys;
    this.clock = clock;
  }

  SignedIn check(String token) throws TokenException, IOException {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new TokenException("expected a token of three parts, got " + parts.length);
    }
    try {
      checkSignature(parts);
      return claims(JsonObject.parse(decode("claims", parts[1])));
    } catch (MessageException e) {
      throw new TokenException("token: " + e.getMessage());
    }
  }

  private void checkSignature(String[] parts) throws TokenException, IOException {
    JsonObject header = JsonObject.parse(decode("header", parts[0]));
    expect("alg", "RS256", header.text("alg"));
    var identifier = header.text("kid");
    var key = keys.key(identifier);
    if (key.isEmpty()) {
      throw new TokenException("kid: expected a key of the user pool, got '" + identifier + "'");
    }
    var signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    if (!isSigned(key.get(), signed, decode("signature", parts[2]))) {
      throw new TokenException("expected the user pool's signature, got another");
    }
  }

  private SignedIn claims(JsonObject claims) throws TokenException, MessageException {
    expect("iss", issuer, claims.text("iss"));
    var use = claims.text("token_use");
    switch (use) {
      case "access" -> expect("client_id", clientId, claims.text("client_id"));
      case "id" -> expect("aud", clientId, claims.text("aud"));
      default -> throw new TokenException("token_use: expected access or id, got '" + use + "'");
    }
    long expiresAtS = claims.whole("exp");
    long nowS = clock.instant().getEpochSecond();
    if (expiresAtS <= nowS) {
      throw new TokenException("exp: expected a time after " + nowS + ", got " + expiresAtS);
    }
    return new SignedIn(claims.text("sub"), expiresAtS);
  }

  private static boolean isSigned(PublicKey key, byte[] signed, byte[] signature) {
    try {
      var verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] decode(String part, String base64url) throws TokenException {
    try {
      return Base64.getUrlDecoder().decode(base64url);
    } catch (IllegalArgumentException e) {
      throw new TokenException(part + ": expected base64url, got something else");
    }
  }

  private static void expect(String claim, String expected, String got) throws TokenException {
    if (!expected.equals(got)) {
      throw new TokenException(claim + ": expected '" + expected + "', got '" + got + "'");
    }
  }
}
