// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fieldline.agent.SoftToken;
import io.fieldline.agent.pkcs11.TokenException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A real token of SoftHSM: what it signs the JDK verifies, and what is wrong is named.
@Timeout(60)
@ResourceLock(SoftToken.TOKENS)
class TokenTest {
  private static final byte[] TEXT = "what is signed".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private static Token open(SoftToken token) throws TokenException {
    return Token.open(SoftToken.library(), token.label(), SoftToken.PIN);
  }

  private void put(SoftToken token, KeyPair pair, String label) throws Exception {
    String base64 = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
    Path pem = folder.resolve(label + ".pem");
    Files.writeString(
        pem, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    token.put(label, pem);
  }

  @Test
  void aKeyIsMadeInItOnceAndStaysThere() throws Exception {
    var soft = new SoftToken();
    try (Token token = open(soft)) {
      assertThat(token.hasKey("gw")).isFalse();
      TokenKey made = token.makeKey("gw");
      assertThat(token.hasKey("gw")).isTrue();
      assertThat(made.getEncoded()).isNull();
      assertThat(((ECPublicKey) made.publicKey()).getParams().getOrder().bitLength())
          .isEqualTo(256);
    }
    try (Token token = open(soft)) {
      assertVerified(token.key("gw"), "SHA256withECDSA");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "EC, 256, SHA256withECDSA",
    "EC, 384, SHA384withECDSA",
    "RSA, 2048, SHA256withRSA",
    "RSA, 2048, SHA384withRSA",
    "RSA, 2048, RSASSA-PSS"
  })
  void whatAKeySignsTheJdkVerifies(String kind, int bits, String algorithm) throws Exception {
    var soft = new SoftToken();
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    generator.initialize(bits);
    KeyPair pair = generator.generateKeyPair();
    put(soft, pair, "own");
    try (Token token = open(soft)) {
      TokenKey key = token.key("own");
      assertThat(key.publicKey()).isEqualTo(pair.getPublic());
      assertVerified(key, algorithm);
    }
  }

  private static void assertVerified(TokenKey key, String algorithm) throws Exception {
    Signature signer = Signature.getInstance(algorithm);
    Signature verifier = Signature.getInstance(algorithm);
    signer.initSign(key);
    verifier.initVerify(key.publicKey());
    if (algorithm.equals("RSASSA-PSS")) {
      var parameters = new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1);
      signer.setParameter(parameters);
      verifier.setParameter(parameters);
    }
    signer.update(TEXT);
    byte[] signature = signer.sign();
    verifier.update(TEXT);
    assertThat(verifier.verify(signature)).isTrue();
  }

  @Test
  void aKeyThatIsNotThereIsNamedWithThoseThatAre() throws Exception {
    var soft = new SoftToken();
    try (Token token = open(soft)) {
      token.makeKey("pump");
      var missing = catchThrowableOfType(TokenException.class, () -> token.key("gw"));
      assertThat(missing.reason()).isEqualTo(Reason.OBJECT);
      assertThat(missing).hasMessageContaining("a private key 'gw' expected, there are 'pump'");
      assertThat(catchThrowableOfType(TokenException.class, () -> token.makeKey("pump")))
          .hasMessageContaining("no private key 'pump' expected yet, there is one");
    }
  }

  @Test
  void aTokenThatIsNotThereIsNamedWithThoseThatAre() throws Exception {
    var soft = new SoftToken();
    var missing =
        catchThrowableOfType(
            TokenException.class, () -> Token.open(SoftToken.library(), "none", "1234"));
    assertThat(missing.reason()).isEqualTo(Reason.TOKEN);
    assertThat(missing)
        .hasMessageContaining("a token 'none' expected, there are ")
        .hasMessageContaining("'" + soft.label() + "'");
  }

  @Test
  void aWrongPinIsSaidWithoutIt() throws Exception {
    var soft = new SoftToken();
    var wrong =
        catchThrowableOfType(
            TokenException.class, () -> Token.open(SoftToken.library(), soft.label(), "111111"));
    assertThat(wrong.reason()).isEqualTo(Reason.PIN);
    assertThat(wrong)
        .hasMessageContaining("does not take the PIN: C_Login answers CKR_PIN_INCORRECT")
        .hasMessageNotContaining("111111");
  }

  @Test
  void aLibraryThatIsNoneIsNamed() throws Exception {
    Path text = Files.writeString(folder.resolve("text.so"), "no library");
    assertThat(library(text)).hasMessageContaining(text + ": a PKCS #11 library of this machine");
    assertThat(library(folder.resolve("none.so"))).hasMessageContaining("no file is there");
    Path other = Path.of(System.getProperty("java.home"), "lib/libzip.so");
    assertThat(library(other)).hasMessageContaining("it has no C_GetFunctionList");
  }

  private static TokenException library(Path file) {
    var failure = catchThrowableOfType(TokenException.class, () -> Token.open(file, "any", "1234"));
    assertThat(failure.reason()).isEqualTo(Reason.LIBRARY);
    return failure;
  }

  @Test
  void aFileWithoutAPinIsNamed() throws Exception {
    Path empty = Files.writeString(folder.resolve("pin"), "\n");
    assertThat(catchThrowableOfType(IOException.class, () -> Token.pin(empty)))
        .hasMessage(empty + ": a PIN in its first line expected, got none");
    Files.writeString(empty, " 1234 \nnot this\n");
    assertThat(Token.pin(empty)).isEqualTo("1234");
  }
}
