// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.nio.file.Path;

/// TLS of the agent's own listeners.
///
/// @param certificate its chain, PEM, its own first
/// @param key its private key, PEM, PKCS#8
/// @param clientCertificates whether sensors must show one
public record ListenerTls(Path certificate, Path key, ClientCertificates clientCertificates) {
  /// Certificates of sensors.
  public enum ClientCertificates {
    /// May be shown, as tokens may.
    WANTED,
    /// Must be shown.
    REQUIRED
  }
}
