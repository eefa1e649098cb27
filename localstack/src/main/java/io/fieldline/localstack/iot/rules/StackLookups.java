// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.localstack.api.AwsFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.iot.model.DescribeThingRequest;
import software.amazon.awssdk.services.iot.model.DescribeThingResponse;
import software.amazon.awssdk.services.iot.model.GroupNameAndArn;
import software.amazon.awssdk.services.iot.model.ListThingGroupsForThingRequest;
import software.amazon.awssdk.services.iot.model.ListThingGroupsForThingResponse;
import software.amazon.awssdk.services.iotdataplane.model.GetThingShadowRequest;
import software.amazon.awssdk.services.iotdataplane.model.GetThingShadowResponse;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/// What SQL asks of this stack's other services, as ordinary calls. Secrets are not offered and
/// fail by name.
///
/// Source: AWS IoT developer guide, "Functions".
record StackLookups(ActionCalls calls, String rule) implements LookupFunctions {
  @Override
  public Value thingShadow(String thing, Optional<String> shadowName, String roleArn) {
    var request = GetThingShadowRequest.builder().thingName(thing);
    shadowName.ifPresent(request::shadowName);
    var answer =
        asked(() -> calls.asRole(roleArn, rule, request.build(), GetThingShadowResponse.class));
    return json(answer.payload().asByteArray());
  }

  @Override
  public Value dynamoDbItem(DynamoDbKey key, String roleArn) {
    Map<String, AttributeValue> itemKey = new LinkedHashMap<>();
    itemKey.put(key.partitionKey(), Attributes.attribute(key.partitionValue()));
    key.sortKey().ifPresent(s -> itemKey.put(s.name(), Attributes.attribute(s.value())));
    var request = GetItemRequest.builder().tableName(key.table()).key(itemKey).build();
    var answer = asked(() -> calls.asRole(roleArn, rule, request, GetItemResponse.class));
    return answer.hasItem() && !answer.item().isEmpty()
        ? Attributes.value(answer.item())
        : Value.UNDEFINED;
  }

  @Override
  public Value lambda(String functionArn, Value payload) {
    var request =
        InvokeRequest.builder()
            .functionName(functionArn)
            .invocationType(InvocationType.REQUEST_RESPONSE)
            .payload(SdkBytes.fromByteArrayUnsafe(Json.bytes(payload)))
            .build();
    var answer = asked(() -> calls.asService(rule, request, InvokeResponse.class));
    if (answer.functionError() != null) {
      throw new LookupFailure("aws_lambda: the function failed: " + answer.functionError());
    }
    return json(answer.payload() == null ? new byte[0] : answer.payload().asByteArray());
  }

  @Override
  public Value registryData(String operation, String thing, String roleArn) {
    return operation.equals("DescribeThing") ? description(thing, roleArn) : groups(thing, roleArn);
  }

  private Value groups(String thing, String roleArn) {
    var request = ListThingGroupsForThingRequest.builder().thingName(thing).build();
    var answer =
        asked(() -> calls.asRole(roleArn, rule, request, ListThingGroupsForThingResponse.class));
    List<Value> groups = new ArrayList<>();
    for (GroupNameAndArn group : answer.thingGroups()) {
      Map<String, Value> members = new LinkedHashMap<>();
      put(members, "groupName", group.groupName());
      put(members, "groupArn", group.groupArn());
      groups.add(new Value.Obj(members));
    }
    return new Value.Obj(Map.of("thingGroups", new Value.Array(groups)));
  }

  private Value description(String thing, String roleArn) {
    var request = DescribeThingRequest.builder().thingName(thing).build();
    var answer = asked(() -> calls.asRole(roleArn, rule, request, DescribeThingResponse.class));
    Map<String, Value> members = new LinkedHashMap<>();
    put(members, "thingName", answer.thingName());
    put(members, "thingId", answer.thingId());
    put(members, "thingArn", answer.thingArn());
    put(members, "thingTypeName", answer.thingTypeName());
    put(members, "defaultClientId", answer.defaultClientId());
    Map<String, Value> attributes = new LinkedHashMap<>();
    answer.attributes().forEach((name, value) -> put(attributes, name, value));
    members.put("attributes", new Value.Obj(attributes));
    return new Value.Obj(members);
  }

  /// As the service itself: the bucket's policy must let `iot.amazonaws.com` read the object.
  @Override
  public byte[] protobufDescriptor(String bucket, String key) {
    var request = GetObjectRequest.builder().bucket(bucket).key(key).build();
    return asked(() -> calls.downloadAsService(rule, request));
  }

  private static void put(
      Map<String, Value> members, String name, @org.jspecify.annotations.Nullable String text) {
    if (text != null) {
      members.put(name, new Value.Text(text));
    }
  }

  private static <T> T asked(Supplier<T> call) {
    try {
      return call.get();
    } catch (AwsFailure failure) {
      throw new LookupFailure(failure.code() + ": " + failure.message());
    }
  }

  private static Value json(byte[] bytes) {
    try {
      return Json.read(bytes, SqlVersion.V2016_03_23);
    } catch (IOException e) {
      throw new LookupFailure("the answer is no JSON: " + e.getMessage());
    }
  }
}
