// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.api.AwsFailure;
import java.time.Duration;
import java.util.Optional;

/// When a failed delivery is tried again.
///
/// Source: Amazon SNS Developer Guide, "Amazon SNS message delivery retries" and "Creating an
/// HTTP/S delivery policy".
enum RetryPlan {
  /// Queues and functions: 3 times at once, twice after 1 s, 10 times after 1 to 20 s, then every
  /// 20 s.
  AWS(100_015) {
    @Override
    Duration after(int failures) {
      return failures <= 3
          ? Duration.ZERO
          : Duration.ofSeconds(
              failures <= 5 ? 1 : Math.min(LONGEST, 1L << Math.min(failures - 5, 5)));
    }
  },
  /// The default delivery policy: 3 times after 20 s.
  HTTP(3) {
    @Override
    Duration after(int failures) {
      return Duration.ofSeconds(LONGEST);
    }
  };

  private static final long LONGEST = 20;

  private final int most;

  RetryPlan(int most) {
    this.most = most;
  }

  abstract Duration after(int failures);

  /// The pause before the next try; empty where there is none.
  ///
  /// @param failures so far, this one included
  Optional<Duration> pause(AwsFailure failure, int failures) {
    boolean again = failure.status() >= 500 || failure.status() == 429;
    return again && failures <= most ? Optional.of(after(failures)) : Optional.empty();
  }
}
