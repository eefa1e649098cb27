// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.cli;

import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The `external` of an input record, which stands in for other services.
record ExternalLookups(Fields external, SqlVersion version) implements LookupFunctions {
  private static final Set<String> KEYS =
      Set.of(
          "dynamodb",
          "dynamodbItem",
          "shadow",
          "lambda",
          "lambdaReturnsText",
          "secretString",
          "secretBinaryBase64",
          "things",
          "s3",
          "get_thing_shadow",
          "get_dynamodb",
          "aws_lambda",
          "get_secret",
          "get_registry_data",
          "decode");

  ExternalLookups {
    external.only(KEYS);
  }

  @Override
  public Value thingShadow(String thing, Optional<String> shadowName, String roleArn) {
    failIfTold("get_thing_shadow");
    var shadow = external.object("shadow");
    if (!shadow.text("thing").equals(Optional.of(thing))
        || !shadow.text("name").orElse("").equals(shadowName.orElse(""))) {
      throw new LookupFailure("get_thing_shadow: no shadow of thing " + thing);
    }
    return shadow.get("document");
  }

  @Override
  public Value dynamoDbItem(DynamoDbKey key, String roleArn) {
    failIfTold("get_dynamodb");
    if (external.has("dynamodbItem")) {
      return external.get("dynamodbItem") instanceof Obj(var attributes)
          ? plain(attributes)
          : Value.UNDEFINED;
    }
    var tables = external.object("dynamodb");
    if (!(tables.get(key.table()) instanceof Array(var items))) {
      throw new LookupFailure("get_dynamodb: table " + key.table() + " not found");
    }
    for (Value item : items) {
      if (item.member(key.partitionKey()).equals(key.partitionValue())
          && key.sortKey()
              .map(sort -> item.member(sort.name()).equals(sort.value()))
              .orElse(true)) {
        return item;
      }
    }
    return Value.UNDEFINED;
  }

  @Override
  public Value lambda(String functionArn, Value payload) {
    failIfTold("aws_lambda");
    var text = external.text("lambdaReturnsText");
    if (text.isPresent()) {
      return json(text.get(), "aws_lambda: the function must return JSON");
    }
    if (!external.has("lambda")) {
      throw new LookupFailure("aws_lambda: no function " + functionArn);
    }
    return external.object("lambda").get("returns");
  }

  @Override
  public Value secret(String secretId, String kind, String roleArn) {
    failIfTold("get_secret");
    var text = external.text(kind.equals("SecretString") ? "secretString" : "secretBinaryBase64");
    if (text.isEmpty()) {
      throw new LookupFailure("get_secret: " + secretId + " has no " + kind);
    }
    if (kind.equals("SecretString")) {
      try {
        return Json.read(text.get(), version) instanceof Obj object ? object : new Text(text.get());
      } catch (IOException notJson) {
        return new Text(text.get());
      }
    }
    return new Text(text.get());
  }

  @Override
  public Value registryData(String operation, String thing, String roleArn) {
    failIfTold("get_registry_data");
    var things = external.object("things");
    if (!things.has(thing)) {
      throw new LookupFailure("get_registry_data: thing " + thing + " not found");
    }
    var known = things.object(thing);
    Map<String, Value> answer = new LinkedHashMap<>();
    if (operation.equals("ListThingGroupsForThing")) {
      answer.put("thingGroups", groups(known.get("groups")));
      return new Obj(answer);
    }
    answer.put("thingName", new Text(thing));
    known.text("thingTypeName").ifPresent(type -> answer.put("thingTypeName", new Text(type)));
    answer.put("attributes", new Obj(known.object("attributes").members()));
    return new Obj(answer);
  }

  @Override
  public byte[] protobufDescriptor(String bucket, String key) {
    failIfTold("decode");
    return external
        .object("s3")
        .base64(bucket + "/" + key)
        .orElseThrow(() -> new LookupFailure("decode: no object " + key + " in " + bucket));
  }

  private static Value groups(Value names) {
    List<Value> groups = new ArrayList<>();
    if (names instanceof Array(var elements)) {
      elements.forEach(name -> groups.add(new Obj(Map.of("groupName", name))));
    }
    return new Array(groups);
  }

  private void failIfTold(String function) {
    if (external.get(function).equals(new Text("fails"))) {
      throw new LookupFailure(function + " failed");
    }
  }

  private Value json(String text, String failure) {
    try {
      return Json.read(text, version);
    } catch (IOException e) {
      throw new LookupFailure(failure);
    }
  }

  private Value plain(Map<String, Value> attributes) {
    Map<String, Value> item = new LinkedHashMap<>();
    attributes.forEach((name, typed) -> item.put(name, plainValue(typed)));
    return new Obj(item);
  }

  /// A typed attribute value to plain JSON. Source: DynamoDB API, AttributeValue.
  private Value plainValue(Value typed) {
    if (!(typed instanceof Obj(var one)) || one.size() != 1) {
      throw new InputException(
          "external.dynamodbItem: expected typed values such as {\"S\": \"x\"}");
    }
    var entry = one.entrySet().iterator().next();
    return switch (entry.getKey()) {
      case "N" -> number(entry.getValue());
      case "NULL" -> Value.NULL;
      case "M" -> entry.getValue() instanceof Obj(var members) ? plain(members) : Value.UNDEFINED;
      case "L" ->
          entry.getValue() instanceof Array(var elements)
              ? new Array(elements.stream().map(this::plainValue).toList())
              : Value.UNDEFINED;
      case "NS" ->
          entry.getValue() instanceof Array(var elements)
              ? new Array(elements.stream().map(this::number).toList())
              : Value.UNDEFINED;
      default -> entry.getValue();
    };
  }

  private Value number(Value text) {
    return version.number(io.fieldline.iotsql.value.Conversions.toNumber(text));
  }
}
