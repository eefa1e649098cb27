// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Client identifier to session; who takes over from whom, and when a session is forgotten.
final class Sessions {
  private final Map<String, Session> byClientId = new ConcurrentHashMap<>();
  private final Settings settings;
  private final Router router;

  Sessions(Settings settings, Router router) {
    this.settings = settings;
    this.router = router;
  }

  /// @param present whether it is an earlier session, resumed
  record Opened(Session session, boolean present) {}

  /// Gives the connection its session, after ending every other connection of the same client.
  /// {@code bind} attaches it; it is called with the registry locked and must not block.
  Opened open(Connection connection, ConnectDetails connect, Binder bind) {
    while (true) {
      Optional<Connection> earlier =
          find(connect.clientId()).flatMap(Session::connection).filter(c -> c != connection);
      if (earlier.isPresent()) {
        earlier
            .get()
            .end(DisconnectReason.DUPLICATE_CLIENT_ID, "another connection took the client id");
        Thread.onSpinWait();
        continue;
      }
      Instant now = settings.clock().instant();
      find(connect.clientId()).flatMap(s -> s.takeWill(now)).ifPresent(this::publishWill);
      Optional<Session> discarded = discardUnwanted(connect);
      discarded.flatMap(Session::takeWill).ifPresent(this::publishWill);
      @Nullable Opened opened = tryBind(connect, bind);
      if (opened != null) {
        return opened;
      }
    }
  }

  /// Attaches a connection to its session.
  interface Binder {
    void bind(Opened opened);
  }

  private synchronized @Nullable Opened tryBind(ConnectDetails connect, Binder bind) {
    Session session = byClientId.get(connect.clientId());
    if (session != null && session.connection().isPresent()) {
      return null;
    }
    boolean present = session != null;
    if (session == null) {
      session = new Session(connect.clientId(), connect.version(), settings, router);
      byClientId.put(connect.clientId(), session);
    }
    var opened = new Opened(session, present);
    bind.bind(opened);
    return opened;
  }

  private synchronized Optional<Session> discardUnwanted(ConnectDetails connect) {
    Session session = byClientId.get(connect.clientId());
    if (session == null || session.connection().isPresent()) {
      return Optional.empty();
    }
    boolean keep =
        !connect.cleanStart()
            && session.version() == connect.version()
            && !session.isOver(settings.clock().instant());
    if (keep) {
      return Optional.empty();
    }
    forget(session);
    return Optional.of(session);
  }

  private void forget(Session session) {
    byClientId.remove(session.clientId(), session);
    for (Subscription s : session.subscriptions()) {
      router.unsubscribe(session, s.filter());
    }
  }

  Optional<Session> find(String clientId) {
    return Optional.ofNullable(byClientId.get(clientId));
  }

  List<Session> all() {
    return List.copyOf(byClientId.values());
  }

  /// Forgets the session if it is over. Called when a connection ended, and from time to time.
  void sweep(Session session) {
    Instant now = settings.clock().instant();
    session.takeWill(now).ifPresent(this::publishWill);
    synchronized (this) {
      if (!session.isOver(now)) {
        return;
      }
      forget(session);
    }
    session.takeWill().ifPresent(this::publishWill);
  }

  void sweep() {
    byClientId.values().forEach(this::sweep);
    router.dropExpired();
  }

  void publishWill(Session.PendingWill will) {
    if (settings.authorizer().mayPublish(will.client(), will.message())) {
      router.publish(new Origin.LastWill(will.client()), will.message());
    }
  }
}
