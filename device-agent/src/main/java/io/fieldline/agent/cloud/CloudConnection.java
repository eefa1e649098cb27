// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A connection that comes and goes. Callbacks are called on the client's own thread and must not
/// block.
public interface CloudConnection extends AutoCloseable {
  /// What became of a publish.
  enum Published {
    /// Acknowledged: the cloud has it.
    ACKNOWLEDGED,
    /// The cloud answered that it does not want this message.
    REFUSED,
    /// The connection was not there or broke: nobody knows.
    UNKNOWN
  }

  /// Whether the message must be acknowledged.
  enum Delivery {
    /// QoS 0: may be lost.
    AT_MOST_ONCE,
    /// QoS 1.
    AT_LEAST_ONCE
  }

  /// Publishes; the outcome is told exactly once.
  void publish(String topic, byte[] payload, Delivery delivery, Consumer<Published> outcome);

  /// The connection's state.
  LinkState state();

  /// Waits until the broker has taken every subscription of this session; true if it has.
  boolean awaitReady(Duration atMost) throws InterruptedException;

  /// Hears these filters, too, until [#unsubscribe] or the end of the session.
  ///
  /// @return why not, if the broker did not take all of them in time
  Optional<String> subscribe(List<String> filters, Duration atMost) throws InterruptedException;

  /// Hears these filters, too, until the end of the session, whatever [#unsubscribe] says.
  ///
  /// @return why not, if the broker did not take all of them in time
  Optional<String> hold(List<String> filters, Duration atMost) throws InterruptedException;

  /// Hears them no more, apart from those that the session holds.
  void unsubscribe(List<String> filters);

  @Override
  void close();
}
