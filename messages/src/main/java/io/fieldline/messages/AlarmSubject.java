// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.util.Collection;
import java.util.Optional;

/// Which devices an alarm rule is about. Each of several is judged by itself.
public sealed interface AlarmSubject {
  /// One device.
  record Device(String name) implements AlarmSubject {
    /// Refuses what names nothing.
    public Device {
      Checks.name("device", name);
    }
  }

  /// Those that are in a group, as long as they are.
  record Group(String name) implements AlarmSubject {
    /// Refuses what names nothing.
    public Group {
      Checks.name("group", name);
    }
  }

  /// Those of a type, as long as they are.
  record Type(String name) implements AlarmSubject {
    /// Refuses what names nothing.
    public Type {
      Checks.name("type", name);
    }
  }

  /// The name of the device, the group or the type.
  String name();

  /// Whether a device is among them.
  ///
  /// @param groups in which it is
  /// @param type of which it is, if it is of one
  default boolean includes(String device, Collection<String> groups, Optional<String> type) {
    return switch (this) {
      case Device(var name) -> name.equals(device);
      case Group(var name) -> groups.contains(name);
      case Type(var name) -> type.filter(name::equals).isPresent();
    };
  }
}
