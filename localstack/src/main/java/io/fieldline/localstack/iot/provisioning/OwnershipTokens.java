// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.iot.Certificates;
import io.fieldline.localstack.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.h2.mvstore.MVMap;

/// Tokens that prove whose a certificate is until it is registered. They live for an hour, and so
/// does a certificate that was not registered.
///
/// Source: AWS IoT Core Developer Guide, "Device provisioning MQTT API". Assumed: a token may be
/// used again within its hour, so that a device whose answer was lost can ask once more.
final class OwnershipTokens {
  private static final Duration LIFE = Duration.ofHours(1);
  private static final int BYTES = 64;

  private final MVMap<String, Token> tokens;
  private final Certificates certificates;
  private final StackClock clock;
  private final SecureRandom random = new SecureRandom();

  /// A token as it is kept.
  record Token(String certificateId, Instant expiresAt) {}

  OwnershipTokens(Store store, Certificates certificates, StackClock clock) {
    this.tokens = store.map("iot/ownership-tokens", Token.class);
    this.certificates = certificates;
    this.clock = clock;
  }

  String issue(String certificateId) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    tokens.put(token, new Token(certificateId, clock.instant().plus(LIFE)));
    return token;
  }

  /// The certificate that a token stands for.
  Optional<String> certificateId(String token) {
    forgetExpired();
    return Optional.ofNullable(tokens.get(token)).map(Token::certificateId);
  }

  void forgetExpired() {
    Instant now = clock.instant();
    for (String token : tokens.keySet().stream().toList()) {
      Token kept = tokens.get(token);
      if (kept != null && !now.isBefore(kept.expiresAt())) {
        tokens.remove(token);
        certificates.discardPending(kept.certificateId());
      }
    }
  }
}
