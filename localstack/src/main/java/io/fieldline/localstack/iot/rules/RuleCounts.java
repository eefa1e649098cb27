// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.util.concurrent.atomic.LongAdder;

/// What became of a rule's messages since the stack started. Safe to read from any thread.
public final class RuleCounts {
  private final LongAdder matched = new LongAdder();
  private final LongAdder fired = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder errorActionFailed = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /// Messages whose topic was meant.
  public long matched() {
    return matched.sum();
  }

  /// Messages for which WHERE held.
  public long fired() {
    return fired.sum();
  }

  /// Messages of which the statement or an action failed.
  public long failed() {
    return failed.sum();
  }

  /// Failures whose error action failed too, or that had none.
  public long errorActionFailed() {
    return errorActionFailed.sum();
  }

  /// Messages that a full queue did not take.
  public long refused() {
    return refused.sum();
  }

  void match() {
    matched.increment();
  }

  void fire() {
    fired.increment();
  }

  void fail() {
    failed.increment();
  }

  void lose() {
    errorActionFailed.increment();
  }

  void refuse() {
    refused.increment();
  }
}
