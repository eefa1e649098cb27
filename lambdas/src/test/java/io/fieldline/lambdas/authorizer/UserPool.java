// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

import io.fieldline.lambdas.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// A user pool's signature and key set, with a real key.
final class UserPool {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final String keyId;
  private final KeyPair keys;

  UserPool(String keyId, KeyPair keys) {
    this.keyId = keyId;
    this.keys = keys;
  }

  static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  byte[] keySet() {
    var key = (RSAPublicKey) keys.getPublic();
    return JsonObject.write(
        Map.of(
            "keys",
            List.of(
                Map.of(
                    "kid",
                    keyId,
                    "kty",
                    "RSA",
                    "alg",
                    "RS256",
                    "use",
                    "sig",
                    "n",
                    number(key.getModulus()),
                    "e",
                    number(key.getPublicExponent())))));
  }

  String token(Map<String, Object> claims) throws GeneralSecurityException {
    return token("RS256", claims);
  }

  String token(String algorithm, Map<String, Object> claims) throws GeneralSecurityException {
    var signed = part(Map.of("alg", algorithm, "kid", keyId)) + "." + part(claims);
    var signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(keys.getPrivate());
    signer.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + BASE64URL.encodeToString(signer.sign());
  }

  private static String part(Map<String, Object> tree) {
    return BASE64URL.encodeToString(JsonObject.write(tree));
  }

  private static String number(BigInteger number) {
    return BASE64URL.encodeToString(number.toByteArray());
  }
}
