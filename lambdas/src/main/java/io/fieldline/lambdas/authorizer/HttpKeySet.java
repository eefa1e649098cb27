// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;

/// Fetches the key set over HTTP, within the five seconds that AWS IoT gives an authorizer.
final class HttpKeySet implements PublishedKeys.Fetch {
  private static final int TIMEOUT_MS = 2000;
  private static final int MAX_BYTES = 64 * 1024;

  private final URI address;

  HttpKeySet(URI address) {
    this.address = address;
  }

  /// The key set of an issuer. Where AWS's services are at an endpoint of one's own, AWS's host
  /// name in the issuer stands for that endpoint.
  static HttpKeySet of(String issuer, Optional<URI> endpoint) {
    var published = URI.create(issuer + "/.well-known/jwks.json");
    boolean atAws = published.getHost() != null && published.getHost().endsWith(".amazonaws.com");
    return new HttpKeySet(
        endpoint.filter(_ -> atAws).map(own -> own.resolve(published.getPath())).orElse(published));
  }

  URI address() {
    return address;
  }

  @Override
  public byte[] keySet() throws IOException {
    var connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    try {
      if (connection.getResponseCode() != 200) {
        throw new IOException(address + ": expected 200, got " + connection.getResponseCode());
      }
      try (var body = connection.getInputStream()) {
        return body.readNBytes(MAX_BYTES);
      }
    } finally {
      connection.disconnect();
    }
  }
}
