// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import io.fieldline.localstack.store.Store;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.UUID;
import org.h2.mvstore.MVMap;

/// The RSA key with which each pool signs its tokens, made when first needed.
final class SigningKeys {
  private final MVMap<String, Kept> keys;

  SigningKeys(Store store) {
    this.keys = store.map("cognito/keys", Kept.class);
  }

  /// @param privateKey PKCS #8, base64
  /// @param publicKey X.509, base64
  record Kept(String id, String privateKey, String publicKey) {
    PrivateKey signing() {
      try {
        return KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(privateKey)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the kept key cannot be read", e);
      }
    }

    RSAPublicKey verifying() {
      try {
        return (RSAPublicKey)
            KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the kept key cannot be read", e);
      }
    }
  }

  synchronized Kept of(String poolId) {
    Kept kept = keys.get(poolId);
    if (kept == null) {
      kept = generate();
      keys.put(poolId, kept);
    }
    return kept;
  }

  private static Kept generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair pair = generator.generateKeyPair();
      return new Kept(
          UUID.randomUUID().toString(),
          Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()),
          Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no RSA", e);
    }
  }

  /// Source: RFC 7517 and RFC 7518, section 6.3.
  String jwks(String poolId) {
    Kept key = of(poolId);
    RSAPublicKey rsa = key.verifying();
    return "{\"keys\":[{\"alg\":\"RS256\",\"e\":\""
        + text(rsa.getPublicExponent())
        + "\",\"kid\":\""
        + key.id()
        + "\",\"kty\":\"RSA\",\"n\":\""
        + text(rsa.getModulus())
        + "\",\"use\":\"sig\"}]}";
  }

  private static String text(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int start = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
  }
}
