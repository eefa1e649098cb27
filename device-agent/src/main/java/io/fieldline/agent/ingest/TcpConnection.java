// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One connection of a sensor. Lines that arrive together share one fsync; each gets its answer
/// after it. `device <name>` says whose connection it is before any reading does. Only before the
/// first newline, a message without end followed by silence is a line.
final class TcpConnection implements DeviceLines.Line {
  private static final Duration SILENCE = Duration.ofMillis(200);
  private static final Duration NO_ROOM = Duration.ofSeconds(1);
  private static final int CHUNK_BYTES = 32 * 1024;
  private static final int MAX_ERRORS_IN_A_ROW = 100;

  private final Socket socket;
  private final Terms terms;
  private final ReadingParser parser;
  private final Intake intake;
  private final DeviceLines devices;
  private final LineBuffer lines;
  private int errorsInARow;
  private long kept;

  /// What is agreed for a connection.
  ///
  /// @param source its kind, in metrics
  /// @param device whose readings they are unless the line names a device
  /// @param answers whether lines are answered
  record Terms(
      String source, String device, int maxLineBytes, Duration idleTimeout, boolean answers) {}

  TcpConnection(
      Socket socket, Terms terms, ReadingParser parser, Intake intake, DeviceLines devices) {
    this.socket = socket;
    this.terms = terms;
    this.parser = parser;
    this.intake = intake;
    this.devices = devices;
    this.lines = new LineBuffer(terms.maxLineBytes());
  }

  /// How many of its readings are on the disk.
  long kept() {
    return kept;
  }

  /// Serves the connection to its end.
  void run() throws IOException, InterruptedException {
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    byte[] chunk = new byte[CHUNK_BYTES];
    InputStream in = socket.getInputStream();
    try {
      while (errorsInARow < MAX_ERRORS_IN_A_ROW) {
        List<LineBuffer.Line> next = read(in, chunk);
        if (next.isEmpty()) {
          return;
        }
        answer(next);
      }
      if (terms.answers()) {
        send("error: " + MAX_ERRORS_IN_A_ROW + " wrong lines in a row, connection closed");
      }
    } finally {
      devices.disconnected(this);
    }
  }

  /// The next lines; empty at the end of the connection.
  private List<LineBuffer.Line> read(InputStream in, byte[] chunk) throws IOException {
    while (true) {
      boolean brief = lines.awaitsSilence();
      socket.setSoTimeout((int) (brief ? SILENCE : terms.idleTimeout()).toMillis());
      try {
        int length = in.read(chunk);
        if (length < 0) {
          return lines.awaitsSilence() ? List.of(lines.takePartial()) : List.of();
        }
        List<LineBuffer.Line> complete = lines.add(chunk, length);
        if (!complete.isEmpty()) {
          return complete;
        }
      } catch (SocketTimeoutException e) {
        return brief ? List.of(lines.takePartial()) : List.of();
      }
    }
  }

  private void answer(List<LineBuffer.Line> next) throws IOException, InterruptedException {
    List<Answered> answers = new ArrayList<>();
    List<Reading> samples = new ArrayList<>();
    for (LineBuffer.Line line : next) {
      Answered answered = parse(line);
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
    var text = new StringBuilder();
    for (Answered answered : answers) {
      boolean lost = failure.isPresent() && !answered.samples.isEmpty();
      text.append(lost ? "error: " + failure.get() : answered.answer).append('\n');
    }
    write(text.toString());
  }

  private Answered parse(LineBuffer.Line line) {
    try {
      return switch (line) {
        case LineBuffer.Line.Refused refused -> throw refused.why();
        case LineBuffer.Line.Whole whole -> parse(ReadingParser.text(whole.bytes()).strip());
      };
    } catch (ReadingException e) {
      errorsInARow++;
      intake.refused(terms.source(), e);
      return new Answered("error: " + e.getMessage(), List.of());
    }
  }

  private Answered parse(String text) throws ReadingException {
    Optional<String> toCommand = devices.answer(text);
    if (toCommand.isPresent()) {
      return new Answered(toCommand.get(), List.of());
    }
    if (text.startsWith("device ")) {
      devices.connected(parser.deviceName(text.substring(7).strip()), this);
      return new Answered("ok 0", List.of());
    }
    List<Reading> samples = parser.parse(text, terms.device());
    errorsInARow = 0;
    samples.stream().map(Reading::device).distinct().forEach(d -> devices.connected(d, this));
    return new Answered("ok " + samples.size(), samples);
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
    write(line + "\n");
  }

  private void write(String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    synchronized (this) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  private record Answered(String answer, List<Reading> samples) {}
}
