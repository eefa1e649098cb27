// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Paths that are no AWS API: an API's invoke addresses, sign-in pages, the distribution's site,
/// the stack's own pages under `/_local/`. Asked in the order of registration, before AWS's
/// protocols. Thread-safe.
public final class WebPaths {
  private final List<WebPath> paths = new CopyOnWriteArrayList<>();

  /// Answers a request if it is for one of its own paths; called on a virtual thread.
  @FunctionalInterface
  public interface WebPath {
    /// @param host of the Host header, lower case, without port
    /// @param path still percent-encoded, without query
    /// @return empty where the request is for someone else
    Optional<WireResponse> handle(String host, String path, WireRequest request) throws IOException;
  }

  public void add(WebPath path) {
    paths.add(path);
  }

  Optional<WireResponse> handle(WireRequest request) throws IOException {
    String authority = request.header("host").orElse("").toLowerCase(java.util.Locale.ROOT);
    int colon = authority.lastIndexOf(':');
    String host = colon < 0 || authority.endsWith("]") ? authority : authority.substring(0, colon);
    for (WebPath path : paths) {
      Optional<WireResponse> answer = path.handle(host, request.path(), request);
      if (answer.isPresent()) {
        return answer;
      }
    }
    return Optional.empty();
  }
}
