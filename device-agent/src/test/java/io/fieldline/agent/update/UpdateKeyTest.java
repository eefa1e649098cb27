// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Only the owner of the configured key signs, and only what it is for.
class UpdateKeyTest {
  private static final String SHA_256 = "a".repeat(64);

  @TempDir Path folder;

  private Path file(KeyPair keys) throws Exception {
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    return Files.writeString(folder.resolve("key.pem"), pem);
  }

  private static KeyPair ec(String curve) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static byte[] signed(KeyPair keys, String algorithm, byte[] what) throws Exception {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(keys.getPrivate());
    signature.update(what);
    return signature.sign();
  }

  @Test
  void ed25519AndP256Sign() throws Exception {
    KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    KeyPair p256 = ec("secp256r1");
    byte[] what = UpdateKey.signed(SHA_256);

    assertSigns(UpdateKey.read(file(ed25519)), signed(ed25519, "Ed25519", what));
    assertSigns(UpdateKey.read(file(p256)), signed(p256, "SHA256withECDSA", what));
  }

  private static void assertSigns(UpdateKey key, byte[] signature) {
    assertThat(key.hasSigned(SHA_256, signature)).isTrue();
    assertThat(key.hasSigned("b" + SHA_256.substring(1), signature)).isFalse();
    assertThat(key.hasSigned(SHA_256, new byte[signature.length])).isFalse();
    assertThat(key.hasSigned(SHA_256, new byte[0])).isFalse();
  }

  @Test
  void anotherKeyOrAnotherPurposeIsNoSignature() throws Exception {
    KeyPair own = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    UpdateKey key = UpdateKey.read(file(own));

    assertThat(key.hasSigned(SHA_256, signed(other, "Ed25519", UpdateKey.signed(SHA_256))))
        .isFalse();
    assertThat(key.hasSigned(SHA_256, signed(own, "Ed25519", SHA_256.getBytes()))).isFalse();
  }

  @Test
  void otherKeysAndOtherFilesAreRefused() throws Exception {
    assertRefused(file(ec("secp384r1")));
    assertRefused(file(KeyPairGenerator.getInstance("RSA").generateKeyPair()));
    assertRefused(Files.writeString(folder.resolve("key.pem"), "no key"));
  }

  private static void assertRefused(Path file) {
    assertThatThrownBy(() -> UpdateKey.read(file))
        .hasMessageContaining("a public key in PEM expected, Ed25519 or ECDSA P-256");
  }
}
