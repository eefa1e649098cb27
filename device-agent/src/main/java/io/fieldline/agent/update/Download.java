// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import io.fieldline.agent.Backoff;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A file of known length from a web server: what is there already is not asked for again, a line
/// that breaks or stands still is tried again.
///
/// Source: RFC 9110, 14 (range requests).
public final class Download {
  private static final Logger LOG = System.getLogger(Download.class.getName());
  private static final Duration STANDSTILL = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /// Tries in a row that bring nothing; with the longest pauses that is some minutes.
  private static final int TRIES = 10;

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final HttpClient http;
  private final Path file;
  private final long bytes;
  private final Backoff backoff;
  private volatile long heardNanos;

  /// @param file where it grows, also across restarts
  /// @param bytes its length
  public Download(HttpClient http, Path file, long bytes, Backoff backoff) {
    this.http = http;
    this.file = file;
    this.bytes = bytes;
    this.backoff = backoff;
  }

  /// A server's answer that no repetition changes.
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    RefusedException(int status) {
      super("the server answered " + status);
      this.status = status;
    }

    /// The HTTP status.
    public int status() {
      return status;
    }

    private boolean isForNow() {
      return status >= 500 || status == 408 || status == 429;
    }
  }

  /// How much of it is there.
  public long present() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /// Fetches what is missing.
  ///
  /// @throws RefusedException if the server does not want to give it
  /// @throws IOException if it was not to be had, after several tries
  public void fetch(URI url) throws IOException, InterruptedException {
    int vain = 0;
    while (present() < bytes) {
      long before = present();
      try {
        part(url, before);
        vain = present() > before ? 0 : vain + 1;
      } catch (RefusedException e) {
        if (!e.isForNow() || ++vain >= TRIES) {
          throw e;
        }
      } catch (IOException e) {
        vain = present() > before ? 0 : vain + 1;
        LOG.log(
            Level.WARNING,
            "download broke off: bytes={0} of={1} cause={2}",
            Long.toString(present()),
            Long.toString(bytes),
            e.toString());
        if (vain >= TRIES) {
          throw e;
        }
      }
      if (vain >= TRIES) {
        throw new IOException("the server gave nothing in " + TRIES + " tries");
      }
      if (present() < bytes) {
        backoff.pause();
      }
    }
    backoff.reset();
  }

  private void part(URI url, long from) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(STANDSTILL).GET();
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      heardNanos = System.nanoTime();
      CompletableFuture<HttpResponse<Void>> answer =
          http.sendAsync(request.build(), response -> taken(response, out, from));
      try {
        HttpResponse<Void> response = ended(answer);
        if (response.statusCode() == RANGE_NOT_SATISFIABLE) {
          // What is there is not the beginning of what the server has.
          out.truncate(0);
        } else if (response.statusCode() != OK && response.statusCode() != PARTIAL) {
          throw new RefusedException(response.statusCode());
        }
      } finally {
        out.force(true);
      }
    }
  }

  /// A server without ranges begins at the beginning.
  private HttpResponse.BodySubscriber<Void> taken(
      HttpResponse.ResponseInfo response, FileChannel out, long from) {
    boolean goesOn =
        response.statusCode() == PARTIAL
            && response
                .headers()
                .firstValue("Content-Range")
                .filter(range -> range.startsWith("bytes " + from + "-"))
                .isPresent();
    if (!goesOn && response.statusCode() != OK) {
      return HttpResponse.BodySubscribers.discarding();
    }
    try {
      out.truncate(goesOn ? from : 0);
      out.position(goesOn ? from : 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HttpResponse.BodySubscribers.ofByteArrayConsumer(
        chunk -> chunk.ifPresent(content -> append(content, out)));
  }

  private void append(byte[] content, FileChannel out) {
    heardNanos = System.nanoTime();
    try {
      if (out.position() + content.length > bytes) {
        throw new IOException("the server gives more than " + bytes + " bytes");
      }
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        out.write(left);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<Void> ended(CompletableFuture<HttpResponse<Void>> answer)
      throws IOException, InterruptedException {
    try {
      while (true) {
        try {
          return answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          if (System.nanoTime() - heardNanos > STANDSTILL.toNanos()) {
            throw new IOException("nothing came for " + STANDSTILL.toSeconds() + " s", e);
          }
        }
      }
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      throw cause instanceof IOException known ? known : new IOException(cause);
    } finally {
      answer.cancel(true);
    }
  }

  /// The SHA-256 of what is there, in hexadecimal digits.
  public String sha256() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[64 * 1024];
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        digest.update(chunk, 0, length);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Forgets what is there.
  public void drop() throws IOException {
    Files.deleteIfExists(file);
  }
}
