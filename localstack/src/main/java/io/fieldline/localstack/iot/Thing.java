// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A thing as it is kept.
public record Thing(
    String name, String id, @Nullable String type, Map<String, String> attributes, long version) {
  public Thing {
    attributes = Map.copyOf(attributes);
  }
}
