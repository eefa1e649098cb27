// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.Framing;
import io.fieldline.agent.gateway.Sender;
import io.fieldline.agent.ingest.Frames.Frame;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One connection of a sensor. Messages that arrive together share one fsync; each gets its answer
/// after it. `device <name>` says whose connection it is before any reading does; `token <token>`
/// says it with proof, as a child that has a token must.
final class SensorConnection implements DeviceLines.Line {
  private static final Duration SILENCE = Duration.ofMillis(200);
  private static final Duration NO_ROOM = Duration.ofSeconds(1);
  private static final int CHUNK_BYTES = 32 * 1024;
  private static final int MAX_ERRORS_IN_A_ROW = 100;

  private final Link link;
  private final Terms terms;
  private final ReadingParser parser;
  private final Intake intake;
  private final DeviceLines devices;
  private final Frames frames;
  private Sender sender;
  private boolean broken;
  private int errorsInARow;
  private long kept;

  /// What is agreed for a connection.
  ///
  /// @param source its name, in metrics
  /// @param device whose readings they are unless the message names a device
  /// @param answers whether messages are answered
  /// @param sender who is known to be at the other end
  record Terms(
      String source,
      String device,
      Framing framing,
      int maxLineBytes,
      Duration idleTimeout,
      boolean answers,
      Sender sender) {}

  SensorConnection(
      Link link, Terms terms, ReadingParser parser, Intake intake, DeviceLines devices) {
    this.link = link;
    this.terms = terms;
    this.parser = parser;
    this.intake = intake;
    this.devices = devices;
    this.frames = Frames.of(terms.framing(), terms.maxLineBytes());
    this.sender = terms.sender();
  }

  /// How many of its readings are on the disk.
  long kept() {
    return kept;
  }

  /// Serves the connection to its end.
  void run() throws IOException, InterruptedException {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      while (errorsInARow < MAX_ERRORS_IN_A_ROW && !broken) {
        List<Frame> next = read(chunk);
        if (next.isEmpty()) {
          return;
        }
        answer(next);
      }
      if (terms.answers() && !broken) {
        send("error: " + MAX_ERRORS_IN_A_ROW + " wrong lines in a row, connection closed");
      }
    } finally {
      devices.disconnected(this);
    }
  }

  /// The next messages; empty at the end of the connection.
  private List<Frame> read(byte[] chunk) throws IOException, InterruptedException {
    while (true) {
      boolean brief = frames.awaitsSilence();
      try {
        int length = link.read(chunk, brief ? SILENCE : terms.idleTimeout());
        if (length < 0) {
          return frames.awaitsSilence() ? List.of(frames.takePartial()) : List.of();
        }
        List<Frame> complete = frames.add(chunk, length);
        if (!complete.isEmpty()) {
          return complete;
        }
      } catch (SocketTimeoutException e) {
        return brief ? List.of(frames.takePartial()) : List.of();
      }
    }
  }

  private void answer(List<Frame> next) throws IOException, InterruptedException {
    List<Answered> answers = new ArrayList<>();
    List<Reading> samples = new ArrayList<>();
    for (Frame frame : next) {
      Answered answered = parse(frame);
      answers.add(answered);
      samples.addAll(answered.samples);
    }
    Optional<String> failure = keep(samples);
    if (!terms.answers()) {
      // Who is told nothing cannot send again: it is not read on until there is room.
      while (failure.isPresent()) {
        Thread.sleep(NO_ROOM);
        failure = keep(samples);
      }
      return;
    }
    var text = new ByteArrayOutputStream();
    for (Answered answered : answers) {
      boolean lost = failure.isPresent() && !answered.samples.isEmpty();
      text.writeBytes(frames.framed(lost ? "error: " + failure.get() : answered.answer));
    }
    write(text.toByteArray());
  }

  private Answered parse(Frame frame) {
    try {
      return switch (frame) {
        case Frame.Refused(var why) -> throw why;
        case Frame.Broken(var why) -> {
          broken = true;
          throw why;
        }
        case Frame.Whole(var bytes) -> parse(bytes);
      };
    } catch (ReadingException e) {
      errorsInARow++;
      intake.refused(terms.source(), e);
      return new Answered("error: " + e.getMessage(), List.of());
    }
  }

  private Answered parse(byte[] message) throws ReadingException {
    if (!SenMlCbor.isLikely(message)) {
      Optional<String> answer = control(ReadingParser.text(message).strip());
      if (answer.isPresent()) {
        return new Answered(answer.get(), List.of());
      }
    }
    List<Reading> samples = parser.parse(message, sender.device().orElse(terms.device()));
    intake.admit(sender, samples);
    errorsInARow = 0;
    samples.stream().map(Reading::device).distinct().forEach(d -> devices.connected(d, this));
    return new Answered("ok " + samples.size(), samples);
  }

  /// The answer to a line that is not about readings.
  private Optional<String> control(String text) throws ReadingException {
    Optional<String> toCommand = devices.answer(text, this);
    if (toCommand.isPresent()) {
      return toCommand;
    }
    if (text.startsWith("token ")) {
      sender = intake.identify(text.substring("token ".length()).strip());
      sender.device().ifPresent(device -> devices.connected(device, this));
      return Optional.of("ok 0");
    }
    if (text.startsWith("device ")) {
      String device = parser.deviceName(text.substring("device ".length()).strip());
      intake.admit(sender, device);
      devices.connected(device, this);
      return Optional.of("ok 0");
    }
    return Optional.empty();
  }

  private Optional<String> keep(List<Reading> samples) throws InterruptedException {
    try {
      intake.accept(terms.source(), samples);
      kept += samples.size();
      return Optional.empty();
    } catch (SpoolException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void send(String line) throws IOException {
    write(frames.framed(line));
  }

  private void write(byte[] framed) throws IOException {
    OutputStream out = link.out();
    synchronized (this) {
      out.write(framed);
      out.flush();
    }
  }

  private record Answered(String answer, List<Reading> samples) {}
}
