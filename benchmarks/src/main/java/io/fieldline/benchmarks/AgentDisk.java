// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

final class AgentDisk implements Question {
  private static final int QUOTA = 16 << 20;
  private static final int SEGMENT = 1 << 20;
  private static final double MIB = 1 << 20;
  private static final Duration ROUND = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "agent-disk";
  }

  @Override
  public String text() {
    return "Does the agent keep to its disk space, and how many bytes does it write for a reading?";
  }

  @Override
  public String how() {
    return """
    The image of `./fieldline agent package` without a cloud to be reached.

    - over its quota: `spool: {maxBytes: 16 MiB, segmentBytes: 1 MiB}`; readings come by TCP until their lines
      alone, which are shorter than what is kept of them, are as long as the quota; between rounds of 0.2 s the sizes of all files in its folder are added up. The largest sum
      counts.
    - written: `write_bytes` of `/proc/PID/io` (whole pages that the kernel sends to the disk) for each byte of the
      lines that came (`temperature=N Cel`), with the default spool: as fast as it acknowledges (64 connections, 20 lines at once), and at
      1,000 readings a second, ten at a time, where each ten are an fsync of their own.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var bounded = "spool: {maxBytes: %d, segmentBytes: %d}%n".formatted(QUOTA, SEGMENT);
    AgentPackage made = AgentPackage.made(at, "0");
    double largest =
        filled(at, new FieldlinePeer(made, certificates, FieldlinePeer.NO_SENSORS + bounded));
    var fast = new Samples();
    var fastEach = new Samples();
    var steady = new Samples();
    var each = new Samples();
    var peer = new FieldlinePeer(made, certificates, FieldlinePeer.NO_SENSORS);
    try (var wire = new Wire(1);
        var running = cut(wire, peer, at.folder().resolve("written"));
        var feed = running.inputs().getFirst().feed()) {
      feed.rate(Duration.ofSeconds(2));
      for (int i = 0; i < at.rounds(3); i++) {
        report.yardstick().lay();
        Written before = Written.now(running.program(), feed);
        feed.rate(ROUND);
        Written bulk = Written.now(running.program(), feed).since(before);
        fast.add(bulk.amplification());
        fastEach.add(bulk.perReading());
        before = Written.now(running.program(), feed);
        feed.send(1_000, ROUND);
        Written calm = Written.now(running.program(), feed).since(before);
        steady.add(calm.amplification());
        each.add(calm.perReading());
      }
    }
    report.atMost("files over a quota of 16 MiB", (largest - QUOTA) / MIB, SEGMENT / MIB, "MiB");
    report.atMost("written for each byte that came, in bulk", fast.median(), 1.3, "bytes");
    report.ratio("written: 1,000 readings/s / in bulk", steady.median() / fast.median());
    report.figure("largest sum of the files, quota 16 MiB", "MiB", largest / MIB);
    report.figure("written, in bulk", "bytes/byte", fast);
    report.figure("written, in bulk", "bytes/reading", fastEach);
    report.figure("written, at 1,000 readings/s", "bytes/byte", steady);
    report.figure("written, at 1,000 readings/s", "bytes/reading", each);
  }

  /// @param lineBytes of the lines that were acknowledged
  private record Written(long bytes, long readings, long lineBytes) {
    static Written now(Program program, Feed feed) throws IOException {
      return new Written(program.bytesWritten(), feed.count(), lineBytes(feed.count()));
    }

    Written since(Written before) {
      return new Written(
          bytes - before.bytes, readings - before.readings, lineBytes - before.lineBytes);
    }

    double perReading() {
      return (double) bytes / readings;
    }

    double amplification() {
      return (double) bytes / lineBytes;
    }

    /// Of the numbers below, each as `temperature=N Cel` and a newline.
    private static long lineBytes(int numbers) {
      long bytes = 17L * numbers;
      for (long shortest = 1; shortest <= numbers; shortest *= 10) {
        bytes += numbers - (shortest == 1 ? 0 : shortest);
      }
      return bytes;
    }
  }

  private static Peer.Running cut(Wire wire, Peer peer, Path folder) throws Exception {
    wire.cut();
    return peer.start(folder, wire.port());
  }

  private static double filled(Workplace at, Peer peer) throws Exception {
    Path folder = at.folder().resolve("bounded");
    long largest = 0;
    try (var wire = new Wire(1);
        var running = cut(wire, peer, folder);
        var feed = running.inputs().getFirst().feed()) {
      while (Written.now(running.program(), feed).lineBytes() < QUOTA) {
        feed.rate(Duration.ofMillis(200));
        largest = Math.max(largest, sizes(folder));
      }
    }
    return largest;
  }

  private static long sizes(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(AgentDisk::size).sum();
    } catch (UncheckedIOException e) {
      // A segment went while its folder was read.
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
