// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.health.Metrics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// A connection beside the agent's own: with a claim, or to see whether a certificate works.
public final class SeparateSession implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final int INBOX = 16;

  private final BlockingQueue<CloudMessage> inbox = new ArrayBlockingQueue<>(INBOX);
  private final IotCoreConnection connection;
  private final ServiceRequests requests;
  private final Thread reader;

  private SeparateSession(AgentConfig.Cloud cloud, String clientId, Clock clock) {
    this.connection =
        new IotCoreConnection(cloud, clientId, List.of(), inbox, clock, new Metrics());
    this.requests = new ServiceRequests(connection);
    this.reader = Thread.ofVirtual().name("separate-session").start(this::read);
  }

  /// A connected session.
  ///
  /// @throws IOException if it did not come about, with the cause in plain words
  public static SeparateSession connected(AgentConfig.Cloud cloud, String clientId, Clock clock)
      throws IOException, InterruptedException {
    var session = new SeparateSession(cloud, clientId, clock);
    boolean connected = false;
    try {
      session.await();
      connected = true;
      return session;
    } finally {
      if (!connected) {
        session.close();
      }
    }
  }

  /// The first failure is the answer: whoever asked decides when to ask again.
  private void await() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + WITHIN.toNanos();
    while (connection.state().awaitSessionAfter(0, Duration.ofMillis(50)) == 0) {
      LinkState state = connection.state();
      if (state.lastTrouble().isPresent()) {
        LinkTrouble trouble = state.lastTrouble().get();
        throw new IOException("cause=" + trouble.cause() + "; " + trouble.meaning());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("no connection within " + WITHIN.toSeconds() + " s");
      }
    }
  }

  private void read() {
    try {
      while (true) {
        requests.take(inbox.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What may be asked over it.
  public ServiceRequests requests() {
    return requests;
  }

  @Override
  public void close() {
    reader.interrupt();
    connection.close();
  }
}
