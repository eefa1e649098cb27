// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.mqtt.MqttBroker;
import io.fieldline.mqtt.Origin;
import io.fieldline.mqtt.PublishInterceptor.Verdict;
import io.fieldline.mqtt.PublishedMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.InflaterInputStream;

/// What a cloud sees of an agent that is killed again and again: the MQTT broker with AWS IoT
/// Core's limits and mutual TLS, which acknowledges each message some milliseconds after it came,
/// as over a mobile network, and notes every batch and every number.
final class CrashCloud implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ZLIB = 0x78;
  private static final Duration LOOK = Duration.ofMillis(100);

  private final ScheduledExecutorService network =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Duration delay;
  private final MqttBroker broker;
  private final int port;

  /// By the identity of a batch, what was in it.
  private final Map<String, Integer> batches = new HashMap<>();

  private final Deque<Long> acknowledgedNanos = new ArrayDeque<>();
  private final BitSet numbers = new BitSet();
  private int again;
  private int readingsAgain;
  private int changed;
  private int inTwoBatches;

  CrashCloud(Certificates certificates, Duration delay) throws IOException {
    this.delay = delay;
    broker = MqttBroker.builder().asAwsIot().interceptor(this::take).start();
    port = broker.listenTls(new InetSocketAddress("127.0.0.1", 0), certificates.server()).getPort();
  }

  int port() {
    return port;
  }

  private Verdict take(Origin origin, PublishedMessage message, Runnable settled) {
    if (!message.topic().toString().contains("telemetry")) {
      settled.run();
      return Verdict.CONSUMED;
    }
    note(message.payload());
    network.schedule(
        () -> {
          synchronized (this) {
            acknowledgedNanos.add(System.nanoTime());
          }
          settled.run();
        },
        delay.toMillis(),
        TimeUnit.MILLISECONDS);
    return Verdict.CONSUMED;
  }

  private synchronized void note(byte[] payload) {
    JsonNode batch = batch(payload);
    var identity = batch.path("epoch") + "/" + batch.path("lane") + "/" + batch.path("firstSeq");
    int content = batch.hashCode();
    Integer before = batches.putIfAbsent(identity, content);
    for (JsonNode sensor : batch.path("sensors")) {
      for (JsonNode row : sensor.path("rows")) {
        int number = row.path(1).asInt();
        if (before != null) {
          readingsAgain++;
        } else if (numbers.get(number)) {
          inTwoBatches++;
        }
        numbers.set(number);
      }
    }
    if (before != null) {
      again++;
      changed += before == content ? 0 : 1;
    }
    notifyAll();
  }

  private static JsonNode batch(byte[] payload) {
    try (var in = new ByteArrayInputStream(payload)) {
      JsonNode batch = JSON.readTree(payload[0] == ZLIB ? new InflaterInputStream(in) : in);
      if (!batch.hasNonNull("firstSeq") || !batch.hasNonNull("epoch")) {
        throw new IllegalStateException("expected a batch with its identity, got " + batch);
      }
      return batch;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What came so far.
  ///
  /// @param numbers that came, each once
  /// @param batches that came, each once
  /// @param again batches that came although they had come
  /// @param readingsAgain how many readings were in those
  /// @param changed batches that came again with another content
  /// @param inTwoBatches numbers in two batches of different identities: whoever takes each batch
  ///   once sees them twice
  record Taken(
      BitSet numbers, int batches, int again, int readingsAgain, int changed, int inTwoBatches) {}

  synchronized Taken taken() {
    return new Taken(
        (BitSet) numbers.clone(), batches.size(), again, readingsAgain, changed, inTwoBatches);
  }

  synchronized int again() {
    return again;
  }

  /// How many messages were acknowledged since then.
  synchronized int acknowledgedSince(long nanos) {
    while (!acknowledgedNanos.isEmpty() && acknowledgedNanos.peek() - nanos < 0) {
      acknowledgedNanos.remove();
    }
    return acknowledgedNanos.size();
  }

  /// Waits until all of these came, or nothing new did for so long.
  void until(BitSet wanted, Duration quiet) throws InterruptedException {
    until(
        quiet,
        () -> {
          var missing = (BitSet) wanted.clone();
          missing.andNot(numbers);
          return missing.isEmpty();
        });
  }

  /// Waits until so many came, or nothing new did for so long.
  void until(int wanted, Duration quiet) throws InterruptedException {
    until(quiet, () -> numbers.cardinality() >= wanted);
  }

  private synchronized void until(Duration quiet, BooleanSupplier done)
      throws InterruptedException {
    int before = -1;
    long since = System.nanoTime();
    while (!done.getAsBoolean()) {
      int now = numbers.cardinality();
      if (now != before) {
        before = now;
        since = System.nanoTime();
      }
      if (System.nanoTime() - since > quiet.toNanos()) {
        return;
      }
      // Not at every message: with millions of numbers each look takes its time.
      long again = System.nanoTime() + LOOK.toNanos();
      for (long left = LOOK.toMillis(); left > 0; left = (again - System.nanoTime()) / 1_000_000) {
        wait(left);
      }
    }
  }

  @Override
  public void close() {
    broker.close();
    network.shutdownNow();
  }
}
