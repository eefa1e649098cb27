// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Gives devices the archives of updates.
final class ArchiveServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  ArchiveServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  /// Serves an archive; the document of the job that says where.
  String serves(UpdateKind kind, UpdateSigner signer, byte[] archive)
      throws GeneralSecurityException {
    byte[] served = kind.served(archive);
    server.createContext(
        "/" + kind.id(),
        exchange -> {
          exchange.sendResponseHeaders(200, served.length);
          exchange.getResponseBody().write(served);
          exchange.close();
        });
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + kind.id();
    return signer.document(kind, archive, url);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
