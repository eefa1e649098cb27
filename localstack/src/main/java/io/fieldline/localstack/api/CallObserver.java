// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

/// Hears of every call after it ended, on the calling thread: it must return at once.
@FunctionalInterface
public interface CallObserver {
  void ended(CallRecord call);
}
