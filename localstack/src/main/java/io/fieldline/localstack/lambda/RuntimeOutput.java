// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// What a runtime prints, cut into lines. The process writes into a file that has no name any more,
/// so what it printed before it answered can be read before the answer is passed on: a pipe could
/// still hold it. Between events nothing is read, as nothing runs on AWS then.
final class RuntimeOutput implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RuntimeOutput.class.getName());
  private static final long LONGEST_PAUSE_MS = 50;
  private static final long CUT_BACK_AT_BYTES = 1024 * 1024;

  private final Path file;
  private final FileChannel channel;
  private final Consumer<String> lines;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long position;
  private boolean busy = true;
  private boolean closed;

  /// @param lines takes each line and must not block
  RuntimeOutput(Path folder, Consumer<String> lines) throws IOException {
    this.lines = lines;
    Files.createDirectories(folder);
    file = Files.createTempFile(folder, "output", ".log");
    channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /// What the process is told to append to.
  Path file() {
    return file;
  }

  /// The process has the file open: follow it.
  void follow(String name) throws IOException {
    Files.delete(file);
    Thread.ofVirtual().name("lambda-output-" + name).start(this::watch);
  }

  /// An event begins.
  void resume() {
    lock.lock();
    try {
      busy = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// An event ended: whatever was printed until now has become lines when this returns.
  void pause() {
    lock.lock();
    try {
      busy = false;
      read();
      endLine();
      if (channel.isOpen() && position > CUT_BACK_AT_BYTES) {
        channel.truncate(0);
        position = 0;
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "output of a function is lost", e);
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    lock.lock();
    try {
      long pause = 1;
      while (!closed) {
        pause = busy && read() ? 1 : Math.min(LONGEST_PAUSE_MS, pause * 2);
        if (busy) {
          changed.await(pause, TimeUnit.MILLISECONDS);
        } else {
          changed.await();
          pause = 1;
        }
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "output of a function is lost", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Returns whether there was anything.
  private boolean read() throws IOException {
    boolean any = false;
    while (channel.isOpen()) {
      buffer.clear();
      int count = channel.read(buffer, position);
      if (count <= 0) {
        return any;
      }
      any = true;
      position += count;
      for (int i = 0; i < count; i++) {
        byte b = buffer.get(i);
        if (b == '\n') {
          emit();
        } else {
          line.write(b);
        }
      }
    }
    return any;
  }

  private void endLine() {
    if (line.size() > 0) {
      emit();
    }
  }

  private void emit() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        read();
        endLine();
        channel.close();
        changed.signalAll();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "output of a function is lost", e);
    } finally {
      lock.unlock();
    }
  }
}
