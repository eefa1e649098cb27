// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Instant;
import java.util.List;

/// What happened to a client's connection. Events of one connection come in order.
public sealed interface ConnectionEvent {
  Client client();

  Instant at();

  record Connected(Client client, Instant at) implements ConnectionEvent {}

  /// @param detail what was wrong, for a person
  record Disconnected(Client client, Instant at, DisconnectReason reason, String detail)
      implements ConnectionEvent {}

  record Subscribed(Client client, Instant at, List<TopicFilter> filters)
      implements ConnectionEvent {}

  record Unsubscribed(Client client, Instant at, List<TopicFilter> filters)
      implements ConnectionEvent {}

  /// A CONNECT that the authorizer denied; there never was a connection.
  record ConnectDenied(Client client, Instant at) implements ConnectionEvent {}
}
