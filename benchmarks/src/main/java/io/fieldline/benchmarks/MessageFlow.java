// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocketFactory;

/// Pairs of a publisher and a subscriber; each pair has so many messages on the way and no more.
final class MessageFlow implements AutoCloseable {
  private static final int PAIRS = 4;
  private static final int ON_THE_WAY = 100;
  private static final int STUCK_SECONDS = 20;

  private final List<Pair> pairs = new ArrayList<>();

  /// @param to topic to publish to; its `%d` is the pair's number
  /// @param from topic to subscribe to, likewise
  MessageFlow(SSLSocketFactory tls, int port, String to, String from) throws IOException {
    for (int i = 0; i < PAIRS; i++) {
      pairs.add(new Pair(tls, port, i, to.formatted(i), from.formatted(i)));
    }
  }

  /// Messages received a second, once all have been.
  double rate(int messages) throws Exception {
    long start = System.nanoTime();
    var publishers = new ArrayList<FutureTask<Boolean>>();
    for (Pair pair : pairs) {
      var task =
          new FutureTask<>(() -> {
            pair.run(messages / PAIRS);
            return true;
          });
      Thread.ofPlatform().daemon().start(task);
      publishers.add(task);
    }
    for (var publisher : publishers) {
      publisher.get();
    }
    return messages / ((System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() throws IOException {
    for (Pair pair : pairs) {
      pair.publisher.close();
      pair.subscriber.close();
    }
  }

  private static final class Pair {
    private final String topic;
    private final Semaphore free = new Semaphore(ON_THE_WAY);
    private final MqttClient publisher;
    private final MqttClient subscriber;

    Pair(SSLSocketFactory tls, int port, int number, String to, String from) throws IOException {
      topic = to;
      subscriber = new MqttClient(tls, port, "subscriber-" + number, _ -> free.release());
      subscriber.subscribe(from);
      subscriber.listening();
      publisher = new MqttClient(tls, port, "publisher-" + number, _ -> {}).listening();
    }

    void run(int messages) throws Exception {
      for (int i = 0; i < messages; i++) {
        if (!free.tryAcquire()) {
          publisher.flush();
          take(1, messages - i);
        }
        String payload =
            "{\"sensor\":\"temperature\",\"value\":%d.5,\"unit\":\"Cel\",\"atMs\":%d}"
                .formatted(i, System.currentTimeMillis());
        publisher.publish(topic, payload.getBytes(StandardCharsets.UTF_8));
      }
      publisher.flush();
      take(ON_THE_WAY, 0);
      free.release(ON_THE_WAY);
    }

    private void take(int permits, int left) throws Exception {
      if (!free.tryAcquire(permits, STUCK_SECONDS, TimeUnit.SECONDS)) {
        throw new TimeoutException(
            "%s: no message for %d s, %d not yet sent, %d on the way"
                .formatted(topic, STUCK_SECONDS, left, ON_THE_WAY - free.availablePermits()));
      }
    }
  }
}
