// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// Sees each message after it was authorized and before it is acknowledged and routed; messages of
/// one client in their order, each client on a virtual thread of its own: it may block, and holds
/// up only that client. Throwing refuses the message: it is not acknowledged as done. The message
/// is acknowledged when the call returns; who finishes later is a {@link DeferringInterceptor}.
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
    CONSUMED,
    /// There is no room for it now: not acknowledged, so that the client sends it again. An MQTT 5
    /// client hears 0x97 (quota exceeded); a 3.1.1 client, which has no such answer, loses its
    /// connection. At QoS 0 the message is lost.
    REFUSED
  }
}
