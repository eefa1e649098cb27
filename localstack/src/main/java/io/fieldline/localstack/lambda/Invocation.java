// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One event on its way through a function.
///
/// @param traceHeader of X-Ray; empty where the invocation is on no way
record Invocation(
    String requestId,
    String functionArn,
    byte[] payload,
    String traceHeader,
    CompletableFuture<Outcome> outcome) {

  static Invocation of(String requestId, String functionArn, byte[] payload, String traceHeader) {
    return new Invocation(requestId, functionArn, payload, traceHeader, new CompletableFuture<>());
  }

  /// @param errorKind {@code Unhandled} where the function failed; null where it succeeded
  record Outcome(byte[] payload, @Nullable String errorKind, String logTail) {
    boolean failed() {
      return errorKind != null;
    }
  }

  /// An event as the runtime gets it: its time began when it was handed over.
  record Handed(Invocation invocation, long deadlineMs) {}
}
