// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The devices that hold a TCP connection now, and the commands that went down it.
///
/// A command is the line `command <id> <actuator> <JSON value>`; the device answers `done <id>` or
/// `failed <id> <why>`. May be called from any thread.
public final class DeviceLines {
  private final Map<String, Line> byDevice = new ConcurrentHashMap<>();
  private final Map<String, Asked> waiting = new ConcurrentHashMap<>();

  /// A connection that takes a line.
  interface Line {
    void send(String line) throws IOException;
  }

  /// What the device said.
  ///
  /// @param detail why it failed, empty if it did not
  public record Answer(boolean done, String detail) {}

  /// A command that waits for the answer of a device.
  private record Asked(String device, Line line, BlockingQueue<Answer> slot) {}

  void connected(String device, Line line) {
    byDevice.put(device, line);
  }

  void disconnected(Line line) {
    byDevice.values().removeIf(each -> each == line);
  }

  /// Takes an answer line; empty if it is none. Only the device that was asked can answer, on the
  /// connection that it was asked on or on a later one.
  Optional<String> answer(String text, Line from) {
    String[] words = text.split(" ", 3);
    if (words.length < 2 || !(words[0].equals("done") || words[0].equals("failed"))) {
      return Optional.empty();
    }
    Asked asked = waiting.get(words[1]);
    if (asked == null || (asked.line() != from && byDevice.get(asked.device()) != from)) {
      return Optional.of("error: no command " + SampleRules.quote(words[1]) + " is waiting");
    }
    boolean first =
        asked.slot().offer(new Answer(words[0].equals("done"), words.length > 2 ? words[2] : ""));
    return Optional.of(first ? "ok 0" : "error: command was answered before");
  }

  /// Sends a command to a device and waits for its answer.
  ///
  /// @return empty if it did not answer in time
  /// @throws IOException if it holds no connection or the connection broke
  public Optional<Answer> command(
      String device, String id, String actuator, String jsonValue, Duration atMost)
      throws IOException, InterruptedException {
    Line line = byDevice.get(device);
    if (line == null) {
      throw new IOException("device '" + device + "' holds no TCP connection");
    }
    BlockingQueue<Answer> slot = new ArrayBlockingQueue<>(1);
    waiting.put(id, new Asked(device, line, slot));
    try {
      line.send("command " + id + " " + actuator + " " + jsonValue);
      return Optional.ofNullable(slot.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
    } finally {
      waiting.remove(id);
    }
  }
}
