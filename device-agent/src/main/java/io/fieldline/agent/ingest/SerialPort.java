// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.SourceConfig.Port;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A serial port as a plain file, set up by `stty`: no native library, which a `noexec` folder or
/// an unusual processor would not load. Source: stty(1), termios(3) for `min 0 time 2`: a read
/// returns after 0.2 s without bytes.
///
/// Reading a device keeps a carrier of virtual threads, so each open port has a platform thread.
public final class SerialPort implements Link, Closeable {
  private static final Duration STTY = Duration.ofSeconds(5);
  private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int QUICK_ENDS = 10;
  private static final byte[] END = new byte[0];

  private final FileInputStream in;
  private final FileOutputStream out;
  private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(64);
  private volatile boolean closed;
  private byte @Nullable [] rest;

  private SerialPort(Port port) throws IOException {
    this.in = new FileInputStream(port.path().toFile());
    try {
      this.out = new FileOutputStream(port.path().toFile());
    } catch (IOException e) {
      in.close();
      throw e;
    }
    Thread.ofPlatform().daemon().name("serial-" + port.path().getFileName()).start(this::pump);
  }

  /// Opens a port.
  ///
  /// @throws IOException saying what is wrong with it
  public static SerialPort open(Port port) throws IOException {
    if (!Files.exists(port.path())) {
      throw new IOException("a serial port expected at " + port.path() + ", nothing is there");
    }
    // Before it is opened: without clocal, opening waits for a modem.
    stty(port);
    return new SerialPort(port);
  }

  private static void stty(Port port) throws IOException {
    List<String> command =
        List.of(
            "stty",
            "-F",
            port.path().toString(),
            "raw",
            "-echo",
            "clocal",
            "cread",
            "-crtscts",
            "min",
            "0",
            "time",
            "2",
            Integer.toString(port.baud()),
            "cs" + port.dataBits(),
            port.stopBits() == 2 ? "cstopb" : "-cstopb",
            switch (port.parity()) {
              case NONE -> "-parenb";
              case EVEN, ODD -> "parenb";
            },
            switch (port.parity()) {
              case NONE, EVEN -> "-parodd";
              case ODD -> "parodd";
            });
    Process stty = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      stty.getOutputStream().close();
      if (!stty.waitFor(STTY.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("stty did not set up " + port.path() + " in time");
      }
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (stty.exitValue() != 0) {
        throw new IOException("a serial port expected at " + port.path() + ": " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the agent is stopping", e);
    } finally {
      stty.destroyForcibly();
    }
  }

  private void pump() {
    byte[] chunk = new byte[4096];
    int quickEnds = 0;
    try {
      while (!closed && quickEnds < QUICK_ENDS) {
        long start = System.nanoTime();
        int length = in.read(chunk);
        if (length > 0) {
          chunks.put(Arrays.copyOf(chunk, length));
          quickEnds = 0;
        } else {
          // Silence ends a read after its time; a port that was unplugged ends it at once.
          quickEnds = System.nanoTime() - start < QUICK_NANOS ? quickEnds + 1 : 0;
        }
      }
      chunks.put(END);
    } catch (IOException e) {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    while (!chunks.offer(END)) {
      chunks.clear();
    }
  }

  @Override
  public int read(byte[] chunk, Duration atMost) throws IOException, InterruptedException {
    byte[] next = rest;
    if (next == null) {
      next = chunks.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
    if (next == null) {
      throw new SocketTimeoutException("nothing came within " + atMost.toMillis() + " ms");
    }
    if (next.length == 0) {
      rest = next;
      return -1;
    }
    int length = Math.min(chunk.length, next.length);
    System.arraycopy(next, 0, chunk, 0, length);
    rest = length < next.length ? Arrays.copyOfRange(next, length, next.length) : null;
    return length;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  /// Ends both directions; who reads now comes to the end.
  @Override
  public void close() throws IOException {
    closed = true;
    end();
    in.close();
    out.close();
  }
}
