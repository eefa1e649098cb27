// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.pkcs11.Token;
import io.fieldline.agent.state.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;

/// The identity of a thing whose key is in a token, looked at before it is used.
public final class TokenIdentity {
  private TokenIdentity() {}

  /// The token of that place, logged in to.
  public static Token open(KeyPlace.InToken place) throws IOException {
    return Token.open(place.library(), place.token(), Token.pin(place.pinFile()));
  }

  /// Looks whether token, PIN and key are as the configuration says, and whether the certificate is
  /// of that key; one that is in the token is copied to its file before. Nothing for keys in files.
  ///
  /// @param isMade whether key and certificate may still have to be made
  public static void check(AgentConfig.Cloud cloud, boolean isMade) throws IOException {
    if (!(cloud.key() instanceof KeyPlace.InToken place)) {
      return;
    }
    try (Token token = open(place)) {
      if (isMade && !(token.hasKey(place.key()) && Files.exists(cloud.certificate()))) {
        return;
      }
      byte[] own = token.key(place.key()).publicKey().getEncoded();
      copyCertificate(cloud, place, token);
      DeviceCertificate certificate = DeviceCertificate.read(cloud.certificate());
      if (!Arrays.equals(own, certificate.x509().getPublicKey().getEncoded())) {
        throw new IOException(
            cloud.certificate()
                + ": a certificate of the key '"
                + place.key()
                + "' in token '"
                + place.token()
                + "' expected, it is of another key");
      }
    }
  }

  /// A certificate that is in the token goes to its file, if it is not there yet.
  public static void copyCertificate(AgentConfig.Cloud cloud, KeyPlace.InToken place, Token token)
      throws IOException {
    if (place.certificate().isEmpty()) {
      return;
    }
    byte[] der = token.certificate(place.certificate().get());
    byte[] pem = Pem.text("CERTIFICATE", der).getBytes(StandardCharsets.US_ASCII);
    if (!Files.exists(cloud.certificate())
        || !Arrays.equals(Files.readAllBytes(cloud.certificate()), pem)) {
      DurableFile.write(cloud.certificate(), pem);
    }
  }
}
