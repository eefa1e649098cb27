// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// Sees each message after it was authorized and before it is acknowledged and routed; messages of
/// one client in their order, each client on a virtual thread of its own: it may block, and holds
/// up only that client. Throwing refuses the message: it is not acknowledged as done.
@FunctionalInterface
public interface PublishInterceptor {
  Verdict intercept(Origin origin, PublishedMessage message);

  static PublishInterceptor none() {
    return (_, _) -> Verdict.ROUTE;
  }

  enum Verdict {
    /// Deliver to subscribers, and retain if asked.
    ROUTE,
    /// Acknowledge, but go no further.
    CONSUMED
  }
}
