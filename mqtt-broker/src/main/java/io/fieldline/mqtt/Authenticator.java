// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Says who is connecting. Called on a virtual thread of the connection: it may block.
@FunctionalInterface
public interface Authenticator {
  Result authenticate(ConnectDetails connect);

  /// Lets everybody in; the principal is {@code "anonymous"}.
  static Authenticator anonymous() {
    return _ -> new Accepted("anonymous");
  }

  /// Who it is, or why it is refused.
  sealed interface Result {}

  /// @param principal kept with the connection, see {@link Client#principal()}
  /// @param lifetime after which the connection is ended, or null for no limit
  record Accepted(Object principal, @Nullable Duration lifetime) implements Result {
    public Accepted(Object principal) {
      this(principal, null);
    }
  }

  record Refused(Refusal why, String detail) implements Result {}

  /// What CONNACK says.
  enum Refusal {
    BAD_USER_NAME_OR_PASSWORD,
    NOT_AUTHORIZED,
    UNAVAILABLE
  }
}
