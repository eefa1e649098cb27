// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.util.Optional;

/// Where a message came from.
public sealed interface Origin {
  /// A connected client published it.
  record Published(Client by) implements Origin {}

  /// The will of a client whose connection ended without a goodbye.
  record LastWill(Client of) implements Origin {}

  /// The program that embeds the broker.
  record Process() implements Origin {}

  default Optional<Client> client() {
    return switch (this) {
      case Published p -> Optional.of(p.by);
      case LastWill w -> Optional.of(w.of);
      case Process _ -> Optional.empty();
    };
  }
}
