// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeAction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/// Writes the result into one attribute (`payload` where none is named) of the item whose key the
/// action gives: a map where it is JSON, else binary.
///
/// Source: AWS IoT developer guide, "DynamoDB".
record DynamoDbAction(
    SubstitutionTemplate tableName,
    Key hashKey,
    Optional<Key> rangeKey,
    SubstitutionTemplate payloadField,
    SubstitutionTemplate operation,
    String role)
    implements RuleAction {
  /// One part of the key.
  record Key(SubstitutionTemplate field, SubstitutionTemplate value, Type type) {
    AttributeValue render(Firing firing) {
      var text = firing.render(value);
      return switch (type) {
        case STRING -> AttributeValue.fromS(text);
        case NUMBER -> AttributeValue.fromN(text);
      };
    }
  }

  enum Type {
    STRING,
    NUMBER
  }

  @Override
  public String name() {
    return "DynamoDBAction";
  }

  @Override
  public Class<?> requestType() {
    return PutItemRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(tableName);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var table = firing.render(tableName);
    var key = key(firing);
    var field = firing.render(payloadField);
    var payload = Attributes.attribute(firing.value());
    switch (firing.render(operation).toUpperCase(Locale.ROOT)) {
      case "INSERT" -> {
        key.put(field, payload);
        calls.asRole(
            role,
            firing.rule(),
            PutItemRequest.builder().tableName(table).item(key).build(),
            PutItemResponse.class);
      }
      case "UPDATE" ->
          calls.asRole(
              role,
              firing.rule(),
              UpdateItemRequest.builder()
                  .tableName(table)
                  .key(key)
                  .attributeUpdates(Map.of(field, put(payload)))
                  .build(),
              UpdateItemResponse.class);
      case "DELETE" ->
          calls.asRole(
              role,
              firing.rule(),
              DeleteItemRequest.builder().tableName(table).key(key).build(),
              DeleteItemResponse.class);
      case String other ->
          throw new ActionFailure("operation: expected INSERT, UPDATE or DELETE, got " + other);
    }
  }

  private Map<String, AttributeValue> key(Firing firing) {
    Map<String, AttributeValue> key = new LinkedHashMap<>();
    key.put(firing.render(hashKey.field()), hashKey.render(firing));
    rangeKey.ifPresent(range -> key.put(firing.render(range.field()), range.render(firing)));
    return key;
  }

  private static AttributeValueUpdate put(AttributeValue value) {
    return AttributeValueUpdate.builder().action(AttributeAction.PUT).value(value).build();
  }
}
