// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// A {@link PublishInterceptor} for who has not finished with a message when the call returns.
@FunctionalInterface
public interface DeferringInterceptor {
  /// @param settled to be run once, by any thread, when the message may be acknowledged to its
  ///   publisher; until then the publisher's later messages are taken, but acknowledged after this
  ///   one. Not to be run where the answer is REFUSED or the call throws.
  PublishInterceptor.Verdict intercept(Origin origin, PublishedMessage message, Runnable settled);
}
