// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import java.util.concurrent.atomic.AtomicLong;

/// Counts changes of anything that decides what a connection may do, so that what was derived from
/// it can be kept until it changes.
public final class RegistryVersion {
  private final AtomicLong count = new AtomicLong();

  void changed() {
    count.incrementAndGet();
  }

  public long current() {
    return count.get();
  }
}
