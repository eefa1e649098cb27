// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.mqtt.ConnectionEvent;
import io.fieldline.mqtt.MqttBroker;
import io.fieldline.mqtt.Origin;
import io.fieldline.mqtt.PublishInterceptor.Verdict;
import io.fieldline.mqtt.PublishedMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Where peers deliver to: the MQTT broker with AWS IoT Core's limits and mutual TLS, in this
/// process. It notes which numbers came, as the value of a reading in a batch of Fieldline's or as
/// a payload that is the number alone.
final class Cloud implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MqttBroker broker;
  private final int port;
  private final CloudShadows shadows = new CloudShadows(Clock.systemUTC());
  private final BitSet numbers = new BitSet();
  private long readings;
  private long publishes;
  private long payloadBytes;
  private long connectedNanos;
  private long firstNanos;
  private long gapNanos;
  private long nextNanos;

  Cloud(Certificates certificates) throws IOException {
    broker = MqttBroker.builder().asAwsIot().interceptor(this::take).onEvent(this::noted).start();
    port = broker.listenTls(new InetSocketAddress("127.0.0.1", 0), certificates.server()).getPort();
  }

  int port() {
    return port;
  }

  private void noted(ConnectionEvent event) {
    if (event instanceof ConnectionEvent.Connected) {
      synchronized (this) {
        connectedNanos = System.nanoTime();
        notifyAll();
      }
    }
  }

  private Verdict take(Origin origin, PublishedMessage message) {
    long waitUntil = 0;
    byte[] payload = message.payload();
    String topic = message.topic().toString();
    if (CloudShadows.concerns(topic)) {
      var answer = shadows.answer(topic, payload);
      answer.ifPresent(broker::publish);
      return answer.isEmpty() ? Verdict.ROUTE : Verdict.CONSUMED;
    }
    synchronized (this) {
      if (gapNanos > 0) {
        nextNanos = Math.max(nextNanos + gapNanos, System.nanoTime() - gapNanos);
        waitUntil = nextNanos;
      }
    }
    while (waitUntil != 0 && System.nanoTime() < waitUntil) {
      LockSupport.parkNanos(waitUntil - System.nanoTime());
    }
    synchronized (this) {
      note(payload);
      notifyAll();
    }
    return Verdict.CONSUMED;
  }

  private void note(byte[] payload) {
    publishes++;
    payloadBytes += payload.length;
    if (firstNanos == 0) {
      firstNanos = System.nanoTime();
    }
    if (payload.length > 0 && payload[0] == '{') {
      try {
        for (JsonNode sensor : JSON.readTree(payload).path("sensors")) {
          for (JsonNode row : sensor.path("rows")) {
            number(row.path(1).asInt());
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException(new String(payload, StandardCharsets.UTF_8), e);
      }
    } else {
      number(Integer.parseInt(new String(payload, StandardCharsets.US_ASCII).strip()));
    }
  }

  private void number(int number) {
    readings++;
    numbers.set(number);
  }

  /// Forgets what came, and acknowledges no more than so many publishes a second; 0 is no limit.
  synchronized void begin(double publishesPerSecond) {
    numbers.clear();
    readings = 0;
    publishes = 0;
    payloadBytes = 0;
    connectedNanos = 0;
    firstNanos = 0;
    gapNanos = publishesPerSecond == 0 ? 0 : (long) (1e9 / publishesPerSecond);
    nextNanos = System.nanoTime();
  }

  /// What came since the beginning.
  ///
  /// @param readings all, also those that came twice
  record Taken(long readings, int distinct, long publishes, long payloadBytes) {}

  synchronized Taken taken() {
    return new Taken(readings, numbers.cardinality(), publishes, payloadBytes);
  }

  /// The time at which somebody connected, after the beginning.
  synchronized long connected(long limitNanos) throws InterruptedException {
    return noted("a connection", limitNanos, () -> connectedNanos);
  }

  /// The time at which the first publish came, after the beginning.
  synchronized long first(long limitNanos) throws InterruptedException {
    return noted("a publish", limitNanos, () -> firstNanos);
  }

  private long noted(String what, long limitNanos, LongSupplier time) throws InterruptedException {
    long deadline = System.nanoTime() + limitNanos;
    while (time.getAsLong() == 0) {
      long leftMs = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new IllegalStateException("expected " + what + " within " + limitNanos / 1e9 + " s");
      }
      wait(leftMs);
    }
    return time.getAsLong();
  }

  /// Waits until so many different numbers came, or none did for some seconds.
  void until(int distinct, double quietSeconds, double limitSeconds) throws InterruptedException {
    long end = System.nanoTime() + (long) (limitSeconds * 1e9);
    int last = -1;
    long since = System.nanoTime();
    while (System.nanoTime() < end) {
      int now = taken().distinct();
      if (now >= distinct || System.nanoTime() - since > quietSeconds * 1e9) {
        return;
      }
      if (now != last) {
        last = now;
        since = System.nanoTime();
      }
      Thread.sleep(50);
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
