// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A password that can be compared with, but not read: PBKDF2 with a salt of its own.
record PasswordHash(String salt, int iterations, String hash) {
  // Assumed: enough for a stack on one's own machine, and quick in tests.
  private static final int ITERATIONS = 100_000;

  static PasswordHash of(String password, RandomGenerator random) {
    byte[] salt = new byte[16];
    random.nextBytes(salt);
    return new PasswordHash(
        Base64.getEncoder().encodeToString(salt),
        ITERATIONS,
        Base64.getEncoder().encodeToString(derive(password, salt, ITERATIONS)));
  }

  boolean matches(String password) {
    byte[] derived = derive(password, Base64.getDecoder().decode(salt), iterations);
    return MessageDigest.isEqual(derived, Base64.getDecoder().decode(hash));
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    try {
      var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no PBKDF2WithHmacSHA256", e);
    }
  }
}
