// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.cli;

import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Typed access to the members of one JSON object of the input; `where` is its path in messages.
record Fields(Map<String, Value> members, String where) {
  /// The members of `value`, which must be an object; nothing counts as an empty one.
  static Fields of(Value value, String where) {
    return switch (value) {
      case Obj(var members) -> new Fields(members, where);
      case Value.Undefined _, Value.Null _ -> new Fields(Map.of(), where);
      default -> throw new InputException(where + ": expected a JSON object");
    };
  }

  Value get(String name) {
    return members.getOrDefault(name, Value.UNDEFINED);
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  Fields object(String name) {
    return of(get(name), where + "." + name);
  }

  Optional<String> text(String name) {
    return switch (get(name)) {
      case Text(var text) -> Optional.of(text);
      case Value.Undefined _, Value.Null _ -> Optional.empty();
      default -> throw new InputException(where + "." + name + ": expected a text");
    };
  }

  Optional<byte[]> base64(String name) {
    try {
      return text(name).map(Base64.getDecoder()::decode);
    } catch (IllegalArgumentException e) {
      throw new InputException(where + "." + name + ": expected base64, " + e.getMessage());
    }
  }

  Optional<Long> whole(String name) {
    return switch (get(name)) {
      case Value.Int(var whole) when whole.bitLength() < 64 -> Optional.of(whole.longValue());
      case Value.Undefined _, Value.Null _ -> Optional.empty();
      default -> throw new InputException(where + "." + name + ": expected a whole number");
    };
  }

  /// Refuses members of other names.
  void only(Set<String> known) {
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        throw new InputException(where + ": unknown key '" + name + "'");
      }
    }
  }
}
