// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// An authority, a server `localhost` and one device, as AWS IoT has them: RSA of 2,048 bits. Made
/// with `openssl`, so that every peer reads the same files.
///
/// @param folder holds `ca.pem`, `server.pem`, `server.key`, `device.pem.crt`, `private.pem.key`
record Certificates(Path folder) {
  static Certificates made(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=bench-authority"
            + " -keyout ca.key -out ca.pem");
    signed(folder, "localhost", "server.key", "server.pem");
    signed(folder, "bench", "private.pem.key", "device.pem.crt");
    return new Certificates(folder);
  }

  private static void signed(Path folder, String name, String key, String certificate) {
    openssl(
        folder,
        "req -newkey rsa:2048 -nodes -subj /CN=%s -keyout %s -out request.csr"
            .formatted(name, key));
    openssl(
        folder,
        "x509 -req -in request.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
            + " -extfile names -out "
            + certificate);
  }

  private static void openssl(Path folder, String arguments) {
    var command = List.of(("openssl " + arguments).split(" "));
    try (var made = Program.start(folder, Map.of(), command)) {
      made.ended(Duration.ofMinutes(2));
    }
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /// Of a server that asks for the device's certificate.
  SslContext server() throws IOException {
    return SslContextBuilder.forServer(file("server.pem").toFile(), file("server.key").toFile())
        .trustManager(file("ca.pem").toFile())
        .clientAuth(ClientAuth.REQUIRE)
        .protocols("TLSv1.3", "TLSv1.2")
        .build();
  }
}
