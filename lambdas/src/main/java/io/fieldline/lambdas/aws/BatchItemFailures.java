// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.aws;

import io.fieldline.lambdas.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// What a function answers to a batch of a queue or a stream: the items that are to come again.
///
/// Source: AWS Lambda Developer Guide, "Implementing partial batch responses".
public final class BatchItemFailures {
  private final Set<String> identifiers = new LinkedHashSet<>();

  /// An item by its message id or sequence number.
  public void add(String identifier) {
    identifiers.add(identifier);
  }

  /// The answer.
  public byte[] toBytes() {
    var items = identifiers.stream().map(one -> Map.of("itemIdentifier", one)).toList();
    return JsonObject.write(Map.of("batchItemFailures", items));
  }
}
