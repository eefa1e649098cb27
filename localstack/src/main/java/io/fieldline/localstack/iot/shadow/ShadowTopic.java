// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.shadow;

import java.util.Optional;

/// A reserved topic on which a client asks something of a shadow.
record ShadowTopic(ShadowName shadow, Operation operation) {
  enum Operation {
    GET,
    UPDATE,
    DELETE;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Optional<ShadowTopic> of(String topic) {
    if (!topic.startsWith("$aws/things/")) {
      return Optional.empty();
    }
    String[] levels = topic.split("/", -1);
    boolean classic = levels.length == 5 && levels[3].equals("shadow");
    boolean named = levels.length == 7 && levels[3].equals("shadow") && levels[4].equals("name");
    if (!classic && !named) {
      return Optional.empty();
    }
    ShadowName name =
        named ? ShadowName.named(levels[2], levels[5]) : ShadowName.classic(levels[2]);
    for (Operation operation : Operation.values()) {
      if (operation.text().equals(levels[levels.length - 1])) {
        return Optional.of(new ShadowTopic(name, operation));
      }
    }
    return Optional.empty();
  }
}
