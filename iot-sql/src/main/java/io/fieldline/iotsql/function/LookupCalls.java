// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions.DynamoDbKey;
import io.fieldline.iotsql.LookupFunctions.SortKey;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.util.Optional;
import java.util.Set;

/// Functions that ask another service. Source: AWS IoT developer guide, "Functions".
final class LookupCalls {
  private static final Set<String> REGISTRY_OPERATIONS =
      Set.of("DescribeThing", "ListThingGroupsForThing");

  private LookupCalls() {}

  /// `get_thing_shadow(thing[, shadow], role)`.
  static Value thingShadow(Arguments in, CallScope scope) {
    var thing = in.text(0);
    var role = in.text(in.count() - 1);
    var shadow = in.count() == 3 ? in.text(1) : Optional.<String>empty();
    if (thing.isEmpty() || role.isEmpty() || (in.count() == 3 && shadow.isEmpty())) {
      return Value.UNDEFINED;
    }
    return scope.lookups().thingShadow(thing.get(), shadow, role.get());
  }

  /// `get_dynamodb(table, key, value[, sortKey, sortValue], role)`, once in a statement.
  static Value dynamoDb(Arguments in, CallScope scope) {
    scope.claim("get_dynamodb");
    var table = in.text(0);
    var key = in.text(1);
    var role = in.text(in.count() - 1);
    if (in.count() == 5 || table.isEmpty() || key.isEmpty() || role.isEmpty()) {
      return Value.UNDEFINED;
    }
    Optional<SortKey> sort =
        in.count() == 6 ? in.text(3).map(name -> new SortKey(name, in.at(4))) : Optional.empty();
    return scope
        .lookups()
        .dynamoDbItem(new DynamoDbKey(table.get(), key.get(), in.at(2), sort), role.get());
  }

  /// `aws_lambda(functionArn, json)`.
  static Value lambda(Arguments in, CallScope scope) {
    return in.text(0).map(arn -> scope.lookups().lambda(arn, in.at(1))).orElse(Value.UNDEFINED);
  }

  /// `get_secret(id, kind[, key], role)`; a key needs a JSON secret, else the rule fails.
  static Value secret(Arguments in, CallScope scope) {
    var id = in.text(0);
    var kind = in.text(1).filter(Set.of("SecretString", "SecretBinary")::contains);
    var role = in.text(in.count() - 1);
    if (id.isEmpty() || kind.isEmpty() || role.isEmpty()) {
      return Value.UNDEFINED;
    }
    var secret = scope.lookups().secret(id.get(), kind.get(), role.get());
    if (in.count() == 3) {
      return secret;
    }
    var key = in.text(2).orElse("");
    var value = secret instanceof Obj ? secret.member(key) : Value.UNDEFINED;
    if (value.isUndefined()) {
      throw new LookupFailure("get_secret: the secret is no JSON object with the key " + key);
    }
    return value;
  }

  /// `get_registry_data(operation, thing, role)`, once in a statement.
  static Value registryData(Arguments in, CallScope scope) {
    scope.claim("get_registry_data");
    var thing = in.text(1);
    var role = in.text(2);
    if (!(in.at(0) instanceof Text(var operation))
        || !REGISTRY_OPERATIONS.contains(operation)
        || thing.isEmpty()
        || role.isEmpty()) {
      return Value.UNDEFINED;
    }
    return scope.lookups().registryData(operation, thing.get(), role.get());
  }
}
