// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.mqtt.ConnectionEvent;
import io.fieldline.mqtt.MqttBroker;
import io.fieldline.mqtt.Origin;
import io.fieldline.mqtt.PublishInterceptor.Verdict;
import io.fieldline.mqtt.PublishedMessage;
import io.fieldline.mqtt.Qos;
import io.fieldline.mqtt.TopicName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.zip.InflaterInputStream;

/// Where peers deliver to: the MQTT broker with AWS IoT Core's limits and mutual TLS, in this
/// process. It notes which numbers came, as the value of a reading in a batch of Fieldline's or as
/// a payload that is the number alone.
final class Cloud implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MqttBroker broker;
  private final CloudShadows shadows = new CloudShadows(InstantSource.system(), this::tell);
  private final int port;
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

  private void tell(String topic, byte[] payload) {
    broker.publish(new PublishedMessage(new TopicName(topic), payload, Qos.AT_LEAST_ONCE));
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
    String topic = message.topic().toString();
    if (origin instanceof Origin.Process) {
      return Verdict.ROUTE;
    }
    if (topic.contains("/shadow/")) {
      shadow(topic, message.payload());
    } else {
      reading(inflated(message.payload()), message.payload().length);
    }
    return Verdict.CONSUMED;
  }

  private void reading(byte[] payload, int sentBytes) {
    long waitUntil = 0;
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
      note(payload, sentBytes);
      notifyAll();
    }
  }

  /// What a batch is that came deflated; others as they are.
  ///
  /// Source: RFC 1950, 2.2: zlib's first byte is 0x78, which begins neither JSON nor a number.
  private static byte[] inflated(byte[] payload) {
    if (payload.length == 0 || payload[0] != 0x78) {
      return payload;
    }
    try (var in = new InflaterInputStream(new ByteArrayInputStream(payload))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("expected a batch, deflated", e);
    }
  }

  private void shadow(String topic, byte[] payload) {
    try {
      shadows.take(topic, payload);
    } catch (IOException e) {
      throw new IllegalStateException(new String(payload, StandardCharsets.UTF_8), e);
    }
  }

  private void note(byte[] payload, int sentBytes) {
    publishes++;
    payloadBytes += sentBytes;
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
