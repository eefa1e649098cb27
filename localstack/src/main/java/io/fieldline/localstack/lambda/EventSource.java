// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A queue or a stream that feeds a function, as it is kept.
///
/// @param stream what only a stream has; null for a queue
/// @param maximumConcurrency of a queue: how many batches may be under way at once
record EventSource(
    String uuid,
    @JsonAlias("queueArn") String arn,
    String function,
    int batchSize,
    int windowSeconds,
    boolean partialFailures,
    boolean enabled,
    Instant modifiedAt,
    @Nullable StreamSettings stream,
    @Nullable Integer maximumConcurrency) {

  /// What takes from the source for the function, until it is closed.
  interface Poller extends AutoCloseable {
    @Override
    void close();
  }
}
