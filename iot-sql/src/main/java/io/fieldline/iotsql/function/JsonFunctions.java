// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Null;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Structure of values. Source: AWS IoT developer guide, "Functions".
public final class JsonFunctions {
  /// Source: AWS IoT developer guide, "Functions", transform: its result is limited to 128 KiB.
  private static final int MAX_TRANSFORMED_BYTES = 128 * 1024;

  private JsonFunctions() {}

  /// `get(array or text, index)` from 0, `get(object, key)`; out of range `Undefined`.
  static Value get(Arguments in, CallScope scope) {
    return element(in.at(0), in.at(1));
  }

  /// What `get` and `[…]` reach.
  public static Value element(Value container, Value key) {
    if (container instanceof Obj) {
      return key instanceof Text(var name) ? container.member(name) : Value.UNDEFINED;
    }
    int at = new Arguments(List.of(key)).index(0).orElse(-1);
    return switch (container) {
      case Array(var elements) when at >= 0 && at < elements.size() -> elements.get(at);
      case Text(var text) when at >= 0 && at < text.length() ->
          new Text(text.substring(at, at + 1));
      default -> Value.UNDEFINED;
    };
  }

  static Value isNull(Arguments in, CallScope scope) {
    return Bool.of(in.at(0) instanceof Null);
  }

  static Value isUndefined(Arguments in, CallScope scope) {
    return Bool.of(in.at(0).isUndefined());
  }

  private static int size(Value value) {
    return Json.bytes(value).length;
  }

  /// `transform('enrichArray', object, array)`: every element with the fields of the object.
  static Value transform(Arguments in, CallScope scope) {
    if (!in.at(0).equals(new Text("enrichArray"))
        || !(in.at(1) instanceof Obj(var fields))
        || !(in.at(2) instanceof Array(var elements))
        || size(in.at(2)) + (long) elements.size() * size(in.at(1)) > MAX_TRANSFORMED_BYTES) {
      return Value.UNDEFINED;
    }
    List<Value> enriched = new ArrayList<>();
    for (Value element : elements) {
      if (!(element instanceof Obj(var members))) {
        return Value.UNDEFINED;
      }
      Map<String, Value> all = new LinkedHashMap<>(members);
      fields.forEach(all::putIfAbsent);
      enriched.add(new Obj(all));
    }
    return new Array(enriched);
  }
}
