// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.pkcs11;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.PrivateKey;
import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/// A private key in a token: it signs there, and nobody reads it. Usable while its [Token] is open.
public final class TokenKey implements PrivateKey {
  private static final long serialVersionUID = 1L;

  private final transient Token token;
  private final transient long handle;
  private final transient PublicKey publicKey;

  TokenKey(Token token, long handle, PublicKey publicKey) {
    this.token = token;
    this.handle = handle;
    this.publicKey = publicKey;
  }

  /// Its public half.
  public PublicKey publicKey() {
    return publicKey;
  }

  byte[] sign(Token.Mechanism mechanism, byte[] data) throws TokenException {
    return token.sign(handle, mechanism, data);
  }

  @Override
  public String getAlgorithm() {
    return publicKey.getAlgorithm();
  }

  @Override
  public @Nullable String getFormat() {
    return null;
  }

  @Override
  public byte @Nullable [] getEncoded() {
    return null;
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a key that stays in its token");
  }
}
