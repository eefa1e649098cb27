// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import io.fieldline.iotsql.value.Value;
import java.util.Optional;

/// What the language asks of other services. Every method may throw `LookupFailure`; what a caller
/// does not offer fails by name.
///
/// Source: AWS IoT developer guide, "Functions": get_thing_shadow, get_dynamodb, aws_lambda,
/// get_secret, get_registry_data, decode.
public interface LookupFunctions {
  /// Offers nothing.
  LookupFunctions NONE = new LookupFunctions() {};

  /// The shadow document of a thing.
  default Value thingShadow(String thing, Optional<String> shadowName, String roleArn) {
    throw notOffered("get_thing_shadow");
  }

  /// The item of a table as plain JSON, or `Undefined` where there is none.
  default Value dynamoDbItem(DynamoDbKey key, String roleArn) {
    throw notOffered("get_dynamodb");
  }

  /// What a Lambda function returns when it is invoked and waited for.
  default Value lambda(String functionArn, Value payload) {
    throw notOffered("aws_lambda");
  }

  /// A secret; `kind` is SecretString or SecretBinary (then base64 text is returned).
  default Value secret(String secretId, String kind, String roleArn) {
    throw notOffered("get_secret");
  }

  /// The answer of `DescribeThing` or `ListThingGroupsForThing` in the shape of the API.
  default Value registryData(String operation, String thing, String roleArn) {
    throw notOffered("get_registry_data");
  }

  /// The `FileDescriptorSet` that `decode(…, 'proto', …)` names, an object in S3.
  default byte[] protobufDescriptor(String bucket, String key) {
    throw notOffered("decode of protobuf");
  }

  /// Table and key of one item.
  record DynamoDbKey(
      String table, String partitionKey, Value partitionValue, Optional<SortKey> sortKey) {}

  record SortKey(String name, Value value) {}

  private static LookupFailure notOffered(String function) {
    return new LookupFailure(function + " is not available here");
  }
}
