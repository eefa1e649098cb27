// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.state.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/// The thing's certificate and key, and those that shall take their place: `<file>.new` beside each
/// until they are moved in, `<file>.old` of what was there before. None is ever written in place.
public final class IdentityFiles {
  private static final String NEW = ".new";
  private static final String OLD = ".old";
  private static final String CURVE = "secp256r1";

  private final Path certificate;
  private final Path key;

  /// The files that the connection uses.
  public IdentityFiles(Path certificate, Path key) {
    this.certificate = certificate;
    this.key = key;
  }

  /// Where the certificate waits that shall take the thing's place.
  public Path newCertificate() {
    return beside(certificate, NEW);
  }

  /// Its key.
  public Path newKey() {
    return beside(key, NEW);
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  /// Whether there is a certificate with its key.
  public boolean isThere() {
    return Files.exists(certificate) && Files.exists(key);
  }

  /// Makes a new key on this device. Its public half is kept beside it, for the signing request may
  /// have to be made again.
  void makeKey() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      KeyPair pair = generator.generateKeyPair();
      String text =
          Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded())
              + Pem.text("PUBLIC KEY", pair.getPublic().getEncoded());
      DurableFile.remove(newCertificate());
      DurableFile.write(newKey(), text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IOException("no key can be made on this machine: " + e, e);
    }
  }

  /// A signing request for the new key.
  String signingRequest(String commonName) throws IOException {
    try {
      String text = Files.readString(newKey());
      KeyFactory factory = KeyFactory.getInstance("EC");
      var pair =
          new KeyPair(
              factory.generatePublic(new X509EncodedKeySpec(Pem.bytes("PUBLIC KEY", text))),
              factory.generatePrivate(new PKCS8EncodedKeySpec(Pem.bytes("PRIVATE KEY", text))));
      return SigningRequest.pem(pair, commonName);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(newKey() + ": a key that this agent made expected: " + e, e);
    }
  }

  /// Keeps the certificate of the new key.
  ///
  /// @throws IOException if it is not one, or for another key
  DeviceCertificate takeCertificate(String pem) throws IOException {
    DurableFile.write(newCertificate(), pem.getBytes(StandardCharsets.US_ASCII));
    DeviceCertificate made = DeviceCertificate.read(newCertificate());
    if (!isForNewKey(made)) {
      throw new IOException("the certificate that came is for another key than was asked for");
    }
    return made;
  }

  private boolean isForNewKey(DeviceCertificate made) throws IOException {
    String text = Files.readString(newKey());
    if (!text.contains("PUBLIC KEY")) {
      return true;
    }
    return Arrays.equals(made.x509().getPublicKey().getEncoded(), Pem.bytes("PUBLIC KEY", text));
  }

  /// Keeps a key that AWS made.
  void takeKey(String pem) throws IOException {
    DurableFile.remove(newCertificate());
    DurableFile.write(newKey(), pem.getBytes(StandardCharsets.US_ASCII));
  }

  /// Keeps what is in use, so that [#moveBack] can undo [#moveIn].
  void keepOld() throws IOException {
    DurableFile.keep(key, beside(key, OLD));
    DurableFile.keep(certificate, beside(certificate, OLD));
  }

  /// Puts the new pair in the place of the one in use; may be done again after a kill half-way.
  void moveIn() throws IOException {
    moveIfThere(newKey(), key);
    moveIfThere(newCertificate(), certificate);
  }

  /// Puts the old pair back; may be done again after a kill half-way.
  void moveBack() throws IOException {
    moveIfThere(beside(key, OLD), key);
    moveIfThere(beside(certificate, OLD), certificate);
  }

  private static void moveIfThere(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      DurableFile.move(from, to);
    }
  }

  /// Forgets the old pair.
  void dropOld() throws IOException {
    DurableFile.remove(beside(key, OLD));
    DurableFile.remove(beside(certificate, OLD));
  }

  /// Forgets the new pair.
  void dropNew() throws IOException {
    DurableFile.remove(newKey());
    DurableFile.remove(newCertificate());
  }
}
