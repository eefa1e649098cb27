// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Value;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/// Puts the result as an item, one attribute a top-level key.
///
/// Source: AWS IoT developer guide, "DynamoDBv2".
record DynamoDbV2Action(SubstitutionTemplate tableName, String role) implements RuleAction {
  @Override
  public String name() {
    return "DynamoDBv2Action";
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
    if (!(firing.value() instanceof Value.Obj(var members))) {
      throw new ActionFailure("a DynamoDBv2 action takes a JSON object, and the message is none");
    }
    calls.asRole(
        role,
        firing.rule(),
        PutItemRequest.builder()
            .tableName(firing.render(tableName))
            .item(Attributes.item(members))
            .build(),
        PutItemResponse.class);
  }
}
