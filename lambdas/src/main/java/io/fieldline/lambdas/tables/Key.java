// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The primary key of an item.
///
/// @param pk partition key
/// @param sk sort key
public record Key(String pk, String sk) {
  /// The key as attributes.
  public Map<String, AttributeValue> attributes() {
    return Map.of("pk", Attributes.text(pk), "sk", Attributes.text(sk));
  }

  /// An item of this key and further attributes.
  public Map<String, AttributeValue> with(Map<String, AttributeValue> attributes) {
    var item = new HashMap<>(attributes);
    item.putAll(attributes());
    return item;
  }
}
