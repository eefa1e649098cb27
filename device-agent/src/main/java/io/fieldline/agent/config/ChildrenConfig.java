// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The devices behind the agent: who they are, how much they may send, when they count as gone.
///
/// @param unknown what happens to readings of devices that are not listed
/// @param byDefault what holds for devices that are not listed
public record ChildrenConfig(Unknown unknown, Terms byDefault, List<Child> devices) {
  /// Every device is taken as it names itself.
  public static final ChildrenConfig OPEN =
      new ChildrenConfig(Unknown.ACCEPT, Terms.NONE, List.of());

  /// Copies the list.
  public ChildrenConfig {
    devices = List.copyOf(devices);
  }

  /// Readings of devices that are not listed.
  public enum Unknown {
    /// Are taken.
    ACCEPT,
    /// Are refused.
    REFUSE
  }

  /// What is agreed with a device.
  ///
  /// @param readingsPerSecond how many it may send in the long run; 0 for any number
  /// @param burst how many at once after a pause
  /// @param offlineAfter how long it may be silent before it counts as offline; zero for ever
  public record Terms(double readingsPerSecond, int burst, Duration offlineAfter) {
    /// No bounds.
    public static final Terms NONE = new Terms(0, 0, Duration.ZERO);
  }

  /// One device.
  ///
  /// @param device its full name
  /// @param token what it must show, if anything
  /// @param certificate SHA-256 fingerprint, in hexadecimal, of the certificate it may show instead
  public record Child(
      String device, Optional<String> token, Optional<String> certificate, Terms terms) {
    /// Whether others could not speak for it.
    public boolean hasIdentity() {
      return token.isPresent() || certificate.isPresent();
    }
  }
}
