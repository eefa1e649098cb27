// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.pkcs11.Token;
import io.fieldline.agent.pkcs11.TokenKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;

/// A key in a token: it is made once, and stays when its certificate changes. So there is never a
/// second one, and nothing to move.
final class KeyInToken implements DeviceKey {
  private final KeyPlace.InToken place;

  KeyInToken(KeyPlace.InToken place) {
    this.place = place;
  }

  @Override
  public KeyPlace newPlace() {
    return place;
  }

  @Override
  public boolean isThere() {
    return true;
  }

  @Override
  public boolean hasNew() throws IOException {
    try (Token token = TokenIdentity.open(place)) {
      return token.hasKey(place.key());
    }
  }

  @Override
  public void make() throws IOException {
    if (place.certificate().isPresent()) {
      throw new IOException(
          "the certificate comes from the token (cloud.pkcs11.certificate): another one must be put"
              + " there, the agent does not write it");
    }
    try (Token token = TokenIdentity.open(place)) {
      if (!token.hasKey(place.key())) {
        token.makeKey(place.key());
      }
    }
  }

  @Override
  public void take(String pem) throws IOException {
    throw new IOException("a key that AWS made is not put into a token: mode csr expected");
  }

  @Override
  public String signingRequest(String commonName) throws IOException {
    try (Token token = TokenIdentity.open(place)) {
      TokenKey key = token.key(place.key());
      return SigningRequest.pem(new KeyPair(key.publicKey(), key), commonName);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "token '" + place.token() + "': the key '" + place.key() + "' does not sign: " + e, e);
    }
  }

  @Override
  public boolean isNewKeyOf(PublicKey certified) throws IOException {
    try (Token token = TokenIdentity.open(place)) {
      byte[] own = token.key(place.key()).publicKey().getEncoded();
      return Arrays.equals(own, certified.getEncoded());
    }
  }

  @Override
  public void keepOld() {
    // It is the same key.
  }

  @Override
  public void moveIn() {
    // It is the same key.
  }

  @Override
  public void moveBack() {
    // It is the same key.
  }

  @Override
  public void dropOld() {
    // It is the same key.
  }

  @Override
  public void dropNew() {
    // It is the same key.
  }
}
