// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.state.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The thing's certificate and key, and those that shall take their place: `<file>.new` beside each
/// until they are moved in, `<file>.old` of what was there before. None is ever written in place.
final class IdentityFiles {
  static final String NEW = ".new";
  static final String OLD = ".old";

  private final Path certificate;
  private final DeviceKey key;

  /// Those that the connection uses.
  IdentityFiles(Path certificate, KeyPlace key) {
    this.certificate = certificate;
    this.key = DeviceKey.at(key);
  }

  /// Where the certificate waits that shall take the thing's place.
  Path newCertificate() {
    return beside(certificate, NEW);
  }

  /// Its key.
  KeyPlace newKey() {
    return key.newPlace();
  }

  boolean hasNewKey() throws IOException {
    return key.hasNew();
  }

  static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  /// Whether there is a certificate with its key.
  boolean isThere() {
    return Files.exists(certificate) && key.isThere();
  }

  /// Makes a new key on this device.
  void makeKey() throws IOException {
    DurableFile.remove(newCertificate());
    key.make();
  }

  /// A signing request for the new key.
  String signingRequest(String commonName) throws IOException {
    return key.signingRequest(commonName);
  }

  /// Keeps the certificate of the new key.
  ///
  /// @throws IOException if it is not one, or for another key
  DeviceCertificate takeCertificate(String pem) throws IOException {
    DurableFile.write(newCertificate(), pem.getBytes(StandardCharsets.US_ASCII));
    DeviceCertificate made = DeviceCertificate.read(newCertificate());
    if (!key.isNewKeyOf(made.x509().getPublicKey())) {
      throw new IOException("the certificate that came is for another key than was asked for");
    }
    return made;
  }

  /// Keeps a key that AWS made.
  void takeKey(String pem) throws IOException {
    DurableFile.remove(newCertificate());
    key.take(pem);
  }

  /// Keeps what is in use, so that [#moveBack] can undo [#moveIn].
  void keepOld() throws IOException {
    key.keepOld();
    DurableFile.keep(certificate, beside(certificate, OLD));
  }

  /// Puts the new pair in the place of the one in use; may be done again after a kill half-way.
  ///
  /// The certificate goes last here and first where a pair is dropped: a key that is alone belongs
  /// to a pair that was being dropped, and is not moved.
  void moveIn() throws IOException {
    if (Files.exists(newCertificate())) {
      key.moveIn();
      DurableFile.move(newCertificate(), certificate);
    }
  }

  /// Puts the old pair back; may be done again after a kill half-way.
  void moveBack() throws IOException {
    Path old = beside(certificate, OLD);
    if (Files.exists(old)) {
      key.moveBack();
      DurableFile.move(old, certificate);
    }
  }

  /// Forgets the old pair.
  void dropOld() throws IOException {
    DurableFile.remove(beside(certificate, OLD));
    key.dropOld();
  }

  /// Forgets the new pair.
  void dropNew() throws IOException {
    DurableFile.remove(newCertificate());
    key.dropNew();
  }
}
