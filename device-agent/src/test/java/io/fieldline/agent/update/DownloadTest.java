// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.agent.Backoff;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A web server that breaks off, and one that does not know ranges.
class DownloadTest {
  private static final int LENGTH = 200_000;
  private static final byte[] CONTENT = new byte[LENGTH];

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private boolean knowsRanges = true;
  private int breaksOffAfter = LENGTH;
  private int status = 200;

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    http.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    asked.add(String.valueOf(range));
    if (status != 200) {
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    int from = 0;
    if (range != null && knowsRanges) {
      from = Integer.parseInt(range.replaceAll("\\D", ""));
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (LENGTH - 1) + "/" + LENGTH);
      exchange.sendResponseHeaders(206, LENGTH - from);
    } else {
      exchange.sendResponseHeaders(200, LENGTH);
    }
    int length = Math.min(breaksOffAfter, LENGTH - from);
    try {
      exchange.getResponseBody().write(CONTENT, from, length);
      exchange.getResponseBody().flush();
    } finally {
      // Closed before its length is reached: the connection is, too.
      exchange.close();
    }
  }

  private Path file() {
    return folder.resolve("download");
  }

  private Download download(long bytes) {
    var backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), new Random(1));
    return new Download(http, file(), bytes, backoff);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/archive");
  }

  @Test
  void aLineThatBreaksIsTakenUpWhereItBroke() throws Exception {
    breaksOffAfter = 80_000;

    Download download = download(LENGTH);
    download.fetch(url());

    assertThat(file()).hasBinaryContent(CONTENT);
    assertThat(asked).hasSizeGreaterThan(1).first().isEqualTo("null");
    assertThat(asked.stream().skip(1)).allMatch(range -> range.matches("bytes=[1-9]\\d*-"));
  }

  @Test
  void whatAnEarlierStartFetchedIsNotAskedForAgain() throws Exception {
    Files.write(file(), java.util.Arrays.copyOf(CONTENT, 150_000));

    download(LENGTH).fetch(url());

    assertThat(file()).hasBinaryContent(CONTENT);
    assertThat(asked).containsExactly("bytes=150000-");
  }

  @Test
  void aServerWithoutRangesBeginsAnew() throws Exception {
    knowsRanges = false;
    Files.write(file(), new byte[100]);

    download(LENGTH).fetch(url());

    assertThat(file()).hasBinaryContent(CONTENT);
  }

  @Test
  void aRefusalIsNotRepeatedAndAFailureIs() {
    status = 403;
    assertThatThrownBy(() -> download(LENGTH).fetch(url()))
        .isInstanceOf(Download.RefusedException.class)
        .hasMessage("the server answered 403");
    assertThat(asked).hasSize(1);

    status = 503;
    assertThatThrownBy(() -> download(LENGTH).fetch(url())).hasMessage("the server answered 503");
    assertThat(asked).hasSize(11);
  }

  @Test
  void aServerThatGivesNothingOrTooMuchIsGivenUp() {
    assertThatThrownBy(() -> download(1000).fetch(url()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the server gives more than 1000 bytes");
    breaksOffAfter = 0;
    assertThatThrownBy(() -> download(LENGTH).fetch(url())).isInstanceOf(IOException.class);
    assertThat(asked).hasSizeBetween(11, 30);
  }

  @Test
  void itsDigestIsThatOfTheWholeFile() throws Exception {
    Files.writeString(file(), "abc");
    assertThat(download(3).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(List.copyOf(asked)).isEmpty();
  }
}
