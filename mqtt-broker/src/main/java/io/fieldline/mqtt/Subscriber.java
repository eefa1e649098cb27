// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

/// Takes messages; never blocks the publisher.
interface Subscriber {
  void deliver(Delivery delivery);

  /// Whether the share of a shared subscription had better go to somebody else.
  boolean isAway();
}
