// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.state.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/// A key in a file: another one is made beside it, and they change places.
final class KeyFiles implements DeviceKey {
  private static final String CURVE = "secp256r1";

  private final Path key;

  KeyFiles(Path key) {
    this.key = key;
  }

  private Path fresh() {
    return IdentityFiles.beside(key, IdentityFiles.NEW);
  }

  private Path old() {
    return IdentityFiles.beside(key, IdentityFiles.OLD);
  }

  @Override
  public KeyPlace newPlace() {
    return new KeyPlace.InFile(fresh());
  }

  @Override
  public boolean isThere() {
    return Files.exists(key);
  }

  @Override
  public boolean hasNew() {
    return Files.exists(fresh());
  }

  /// Its public half is kept beside it, for the signing request may have to be made again.
  @Override
  public void make() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      KeyPair pair = generator.generateKeyPair();
      take(
          Pem.text("PRIVATE KEY", pair.getPrivate().getEncoded())
              + Pem.text("PUBLIC KEY", pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException("no key can be made on this machine: " + e, e);
    }
  }

  @Override
  public void take(String pem) throws IOException {
    DurableFile.write(fresh(), pem.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String signingRequest(String commonName) throws IOException {
    try {
      String text = Files.readString(fresh());
      KeyFactory factory = KeyFactory.getInstance("EC");
      var pair =
          new KeyPair(
              factory.generatePublic(new X509EncodedKeySpec(Pem.bytes("PUBLIC KEY", text))),
              factory.generatePrivate(new PKCS8EncodedKeySpec(Pem.bytes("PRIVATE KEY", text))));
      return SigningRequest.pem(pair, commonName);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(fresh() + ": a key that this agent made expected: " + e, e);
    }
  }

  @Override
  public boolean isNewKeyOf(PublicKey certified) throws IOException {
    String text = Files.readString(fresh());
    return !text.contains("PUBLIC KEY")
        || Arrays.equals(certified.getEncoded(), Pem.bytes("PUBLIC KEY", text));
  }

  @Override
  public void keepOld() throws IOException {
    DurableFile.keep(key, old());
  }

  @Override
  public void moveIn() throws IOException {
    moveIfThere(fresh());
  }

  @Override
  public void moveBack() throws IOException {
    moveIfThere(old());
  }

  private void moveIfThere(Path from) throws IOException {
    if (Files.exists(from)) {
      DurableFile.move(from, key);
    }
  }

  @Override
  public void dropOld() throws IOException {
    DurableFile.remove(old());
  }

  @Override
  public void dropNew() throws IOException {
    DurableFile.remove(fresh());
  }
}
