// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import io.fieldline.localstack.api.StackInfo;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// Where functions PUT their answers: {@code /_local/cloudformation/<token>}. The token is the
/// secret, as the signature is in AWS's URL.
public final class CustomResourceAnswers {
  public static final String PATH = "/_local/cloudformation/";

  private final StackInfo stack;
  private final Map<String, CompletableFuture<String>> expected = new ConcurrentHashMap<>();

  public CustomResourceAnswers(StackInfo stack) {
    this.stack = stack;
  }

  String url(String token) {
    return stack.endpoint().get() + PATH + token;
  }

  CompletableFuture<String> expect(String token) {
    return expected.computeIfAbsent(token, _ -> new CompletableFuture<>());
  }

  void forget(String token) {
    expected.remove(token);
  }

  /// @return whether somebody waits for it
  public boolean accept(String token, String body) {
    CompletableFuture<String> waiting = expected.get(token);
    return waiting != null && waiting.complete(body);
  }
}
