// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages.api;

import java.util.Collection;
import java.util.Locale;

/// What a person may do: each role may also do what those before it may. A role is a group of the
/// user pool, named in lower case.
public enum Role {
  /// Looks.
  VIEWER,
  /// Commands, and sends again what was put aside.
  OPERATOR,
  /// Changes rules, and forgets what was put aside.
  ADMIN;

  /// The group's name.
  public String group() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether somebody of these groups may do what this role may.
  public boolean isIn(Collection<String> groups) {
    for (var role : values()) {
      if (role.compareTo(this) >= 0 && groups.contains(role.group())) {
        return true;
      }
    }
    return false;
  }
}
