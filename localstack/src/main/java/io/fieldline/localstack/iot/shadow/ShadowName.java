// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.shadow;

import java.util.Optional;

/// One shadow of one thing.
///
/// @param name empty for the classic shadow
record ShadowName(String thing, Optional<String> name) {
  static final char SEPARATOR = '\n';

  static ShadowName classic(String thing) {
    return new ShadowName(thing, Optional.empty());
  }

  static ShadowName named(String thing, String name) {
    return new ShadowName(thing, Optional.of(name));
  }

  String key() {
    return thing + SEPARATOR + name.orElse("");
  }

  /// What its topics begin with.
  String topic() {
    return "$aws/things/" + thing + "/shadow" + name.map(n -> "/name/" + n).orElse("");
  }

  /// As error messages show it. Assumed: the classic shadow is shown by the thing's name.
  String shown() {
    return "'" + name.map(n -> thing + "~" + n).orElse(thing) + "'";
  }
}
