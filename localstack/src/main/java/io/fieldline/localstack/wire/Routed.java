// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.util.Map;

/// A request whose operation is known.
///
/// @param labels parts of the path, decoded, by name
public record Routed(OperationWire operation, Protocol protocol, Map<String, String> labels) {
  Routed(OperationWire operation, Protocol protocol) {
    this(operation, protocol, Map.of());
  }

  /// As the SDK names its package and request type, lower case: {@code iot:creatething}.
  public String key() {
    return key(operation.service().sdk(), operation.name());
  }

  public static String key(String sdk, String operation) {
    return sdk + ":" + operation.toLowerCase(java.util.Locale.ROOT);
  }
}
