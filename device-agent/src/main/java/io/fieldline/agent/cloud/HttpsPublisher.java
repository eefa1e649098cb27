// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.cloud.CloudConnection.Published;
import io.fieldline.agent.config.AgentConfig;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.crt.http.HttpClientConnection;
import software.amazon.awssdk.crt.http.HttpClientConnectionManager;
import software.amazon.awssdk.crt.http.HttpClientConnectionManagerOptions;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.http.HttpRequestBodyStream;
import software.amazon.awssdk.crt.http.HttpStream;
import software.amazon.awssdk.crt.http.HttpStreamResponseHandler;
import software.amazon.awssdk.crt.io.ClientBootstrap;
import software.amazon.awssdk.crt.io.SocketOptions;
import software.amazon.awssdk.crt.io.TlsContext;
import software.amazon.awssdk.crt.io.TlsContextOptions;

/// Publishes one message at a time over HTTPS, where a network lets no MQTT through: the way out
/// for readings, not for commands, which need a session. Opened at the first use. For one thread.
///
/// Source: AWS IoT Core developer guide, "HTTPS": POST /topics/<topic>?qos=1, port 8443, or 443
/// with the ALPN name x-amzn-http-ca.
final class HttpsPublisher implements AutoCloseable {
  private static final Logger LOG = System.getLogger(HttpsPublisher.class.getName());
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(20);
  private static final int ALPN_PORT = 443;

  private final AgentConfig.Cloud cloud;
  private final int port;
  private @Nullable HttpClientConnectionManager manager;

  HttpsPublisher(AgentConfig.Cloud cloud, int port) {
    this.cloud = cloud;
    this.port = port;
  }

  private HttpClientConnectionManager manager() {
    HttpClientConnectionManager opened = manager;
    if (opened == null) {
      opened = open();
      manager = opened;
    }
    return opened;
  }

  private HttpClientConnectionManager open() {
    try (TlsContextOptions tls = ClientIdentity.tls(cloud)) {
      cloud.ca().ifPresent(ca -> tls.withCertificateAuthorityFromPath(null, ca.toString()));
      if (port == ALPN_PORT) {
        tls.withAlpnList("x-amzn-http-ca");
      }
      try (var context = new TlsContext(tls);
          var sockets = new SocketOptions()) {
        sockets.connectTimeoutMs = (int) LONGEST_ANSWER.toMillis();
        var options =
            new HttpClientConnectionManagerOptions()
                .withClientBootstrap(ClientBootstrap.getOrCreateStaticDefault())
                .withSocketOptions(sockets)
                .withTlsContext(context)
                .withUri(URI.create("https://" + cloud.host() + ":" + port))
                .withPort(port)
                .withMaxConnections(1);
        cloud.proxy().ifPresent(proxy -> options.withProxyOptions(Proxies.tunnel(proxy)));
        return HttpClientConnectionManager.create(options);
      }
    }
  }

  /// Publishes, and waits for the answer.
  Published publish(String topic, byte[] payload) throws InterruptedException {
    try {
      return published(topic, payload);
    } catch (CrtRuntimeException | UncheckedIOException e) {
      LOG.log(Level.WARNING, "publish over HTTPS failed: cause={0}", e.getMessage());
      return Published.UNKNOWN;
    }
  }

  private Published published(String topic, byte[] payload) throws InterruptedException {
    HttpClientConnection connection;
    CompletableFuture<HttpClientConnection> acquired = manager().acquireConnection();
    try {
      connection = acquired.get(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // One that comes too late is given back: there is only one.
      acquired.thenAccept(manager()::releaseConnection);
      LOG.log(Level.DEBUG, "no HTTPS connection", e);
      return Published.UNKNOWN;
    }
    try {
      return published(status(connection, topic, payload));
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.DEBUG, "no answer over HTTPS", e);
      connection.shutdown();
      return Published.UNKNOWN;
    } finally {
      manager().releaseConnection(connection);
    }
  }

  private int status(HttpClientConnection connection, String topic, byte[] payload)
      throws InterruptedException, ExecutionException, TimeoutException {
    String path = "/topics/" + URLEncoder.encode(topic, StandardCharsets.UTF_8) + "?qos=1";
    HttpHeader[] headers = {
      new HttpHeader("Host", cloud.host()),
      new HttpHeader("Content-Length", Integer.toString(payload.length))
    };
    var answer = new Answer();
    var request = new HttpRequest("POST", path, headers, new Body(payload));
    try (HttpStream stream = connection.makeRequest(request, answer)) {
      stream.activate();
      return answer.status.get(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /// Source: AWS IoT API Reference, Publish (data plane): 400 and 403 are about the message.
  private static Published published(int status) {
    return switch (status) {
      case 200 -> Published.ACKNOWLEDGED;
      case 400, 403, 413 -> Published.REFUSED;
      default -> {
        LOG.log(Level.WARNING, "publish over HTTPS failed: status={0}", status);
        yield Published.UNKNOWN;
      }
    };
  }

  @Override
  public void close() {
    if (manager != null) {
      manager.close();
    }
  }

  private static final class Body implements HttpRequestBodyStream {
    private final ByteBuffer payload;

    Body(byte[] payload) {
      this.payload = ByteBuffer.wrap(payload);
    }

    @Override
    public boolean sendRequestBody(ByteBuffer out) {
      int count = Math.min(out.remaining(), payload.remaining());
      out.put(payload.slice(payload.position(), count));
      payload.position(payload.position() + count);
      return !payload.hasRemaining();
    }

    @Override
    public long getLength() {
      return payload.capacity();
    }
  }

  private static final class Answer implements HttpStreamResponseHandler {
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private volatile int received;

    @Override
    public void onResponseHeaders(
        HttpStream stream, int statusCode, int blockType, HttpHeader[] headers) {
      // Told at the end, when the whole answer is there; the stream may be closed by then.
      received = statusCode;
    }

    @Override
    public void onResponseComplete(HttpStream stream, int errorCode) {
      if (errorCode == CRT.AWS_CRT_SUCCESS) {
        status.complete(received);
      } else {
        status.completeExceptionally(new IllegalStateException(CRT.awsErrorString(errorCode)));
      }
    }
  }
}
