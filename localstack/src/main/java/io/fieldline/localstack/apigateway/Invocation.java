// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import java.util.Optional;

/// For which API and stage a request is, and with which path there.
///
/// @param path still percent-encoded, begins with a slash, without the stage
record Invocation(String apiId, String host, Optional<String> stage, String path) {
  private static final String HOST = ".execute-api.localhost";
  private static final String PATH = "/_api/";

  /// By the host {@code <api>.execute-api.localhost}, or by a path {@code /_api/<api>/<stage>/...}
  /// for clients that resolve no names under localhost.
  static Optional<Invocation> of(String host, String path) {
    if (host.endsWith(HOST)) {
      String apiId = host.substring(0, host.length() - HOST.length());
      return Optional.of(new Invocation(apiId, host, Optional.empty(), path));
    }
    if (!path.startsWith(PATH)) {
      return Optional.empty();
    }
    String[] parts = path.substring(PATH.length()).split("/", 3);
    String stage = parts.length < 2 ? "$default" : parts[1].replace("%24", "$");
    String rest = parts.length < 3 ? "/" : "/" + parts[2];
    return Optional.of(new Invocation(parts[0], parts[0] + HOST, Optional.of(stage), rest));
  }
}
