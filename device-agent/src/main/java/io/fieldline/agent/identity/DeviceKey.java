// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.config.KeyPlace;
import java.io.IOException;
import java.security.PublicKey;

/// The thing's private key, and the one that shall take its place. Each step may be done again
/// after a kill half-way.
sealed interface DeviceKey permits KeyFiles, KeyInToken {
  /// The key of that place.
  static DeviceKey at(KeyPlace place) {
    return switch (place) {
      case KeyPlace.InFile(var path) -> new KeyFiles(path);
      case KeyPlace.InToken token -> new KeyInToken(token);
    };
  }

  /// Where the new key is before it has moved in.
  KeyPlace newPlace();

  /// Whether there is one to be used.
  boolean isThere();

  /// Whether there is a new one.
  boolean hasNew() throws IOException;

  /// Makes a new one.
  void make() throws IOException;

  /// Takes one that AWS made, PEM.
  void take(String pem) throws IOException;

  /// A signing request for the new one.
  String signingRequest(String commonName) throws IOException;

  /// Whether a certificate of that public key is one of the new key.
  boolean isNewKeyOf(PublicKey certified) throws IOException;

  /// Keeps the one in use aside.
  void keepOld() throws IOException;

  /// The new one takes its place, if there is one.
  void moveIn() throws IOException;

  /// The old one takes its place again, if there is one.
  void moveBack() throws IOException;

  /// Forgets the old one.
  void dropOld() throws IOException;

  /// Forgets the new one.
  void dropNew() throws IOException;
}
