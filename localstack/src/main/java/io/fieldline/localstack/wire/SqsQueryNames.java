// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.util.Map;
import java.util.Optional;

/// SQS as it was before JSON: flattened lists and maps under singular names. AWS CLI 2.9 and older
/// still speak it; the SDK's own model no longer knows these names.
///
/// Source: Amazon SQS API Reference 2012-11-05, query examples.
final class SqsQueryNames {
  static final SqsQueryNames NONE = new SqsQueryNames(Map.of());

  private static final Map<String, String> SINGULAR =
      Map.of(
          "AttributeNames", "AttributeName",
          "Attributes", "Attribute",
          "MessageAttributes", "MessageAttribute",
          "MessageSystemAttributes", "MessageSystemAttribute",
          "MessageAttributeNames", "MessageAttributeName",
          "QueueUrls", "QueueUrl",
          "Messages", "Message",
          "Failed", "BatchResultErrorEntry",
          "TagKeys", "TagKey",
          "queueUrls", "QueueUrl");

  private final Map<String, String> names;

  private SqsQueryNames(Map<String, String> names) {
    this.names = names;
  }

  static SqsQueryNames of(OperationWire operation) {
    if (!operation.service().name().equals("sqs")) {
      return NONE;
    }
    var names = new java.util.HashMap<>(SINGULAR);
    names.put("Entries", operation.name() + "RequestEntry");
    names.put("Successful", operation.name() + "ResultEntry");
    names.put("Tags", "Tag");
    names.put("tags", "Tag");
    return new SqsQueryNames(names);
  }

  Optional<String> of(String name) {
    return Optional.ofNullable(names.get(name));
  }

  /// A tag has a key, an attribute a name.
  String key(String name) {
    return name.equalsIgnoreCase("Tags") ? "Key" : "Name";
  }
}
