// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.eval;

import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.function.CallScope;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One evaluation: the message, its payload parsed on first use, the variables of SET. One thread.
public final class MessageScope implements CallScope {
  private static final int MAX_VARIABLE_BYTES = 128 * 1024;

  private final Message message;
  private final LookupFunctions lookups;
  private final SqlVersion version;
  private final Value[] variables;
  private final Set<String> claimed = new HashSet<>(2);
  private @Nullable Value document;
  private int variableBytes;

  public MessageScope(
      Message message, LookupFunctions lookups, SqlVersion version, int variableCount) {
    this.message = message;
    this.lookups = lookups;
    this.version = version;
    this.variables = new Value[variableCount];
    Arrays.fill(variables, Value.UNDEFINED);
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public LookupFunctions lookups() {
    return lookups;
  }

  @Override
  public SqlVersion version() {
    return version;
  }

  @Override
  public void claim(String function) {
    if (!claimed.add(function)) {
      throw new LookupFailure(function + " may be called once in a statement");
    }
  }

  /// The payload: an object or array where it is JSON of that kind, else its bytes. Assumed: a JSON
  /// scalar counts as text, because AWS tells to read it by `decode(encode(*, …), …)`.
  Value document() {
    var known = document;
    if (known != null) {
      return known;
    }
    var parsed = parse();
    document = parsed;
    return parsed;
  }

  Value variable(int slot) {
    return variables[slot];
  }

  /// Keeps the value of a variable.
  ///
  /// Source: AWS IoT developer guide, "SET clause", limits. Assumed: beyond them the rule fails.
  void assign(int slot, Value value) {
    variables[slot] = value;
    variableBytes += bytes(value);
    if (variableBytes > MAX_VARIABLE_BYTES) {
      throw new LookupFailure(
          "the variables of SET have " + variableBytes + " bytes as JSON, at most 131072 are kept");
    }
  }

  private static int bytes(Value value) {
    return switch (value) {
      case Value.Text _, Value.Array _, Value.Obj _, Value.Raw _ -> Json.bytes(value).length;
      default -> 0;
    };
  }

  private Value parse() {
    var raw = new Value.Raw(message.payload());
    if (!opensDocument()) {
      return raw;
    }
    try {
      return Json.read(message.payload(), version);
    } catch (IOException notJson) {
      return raw;
    }
  }

  private boolean opensDocument() {
    for (byte b : message.payload()) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b == '{' || b == '[';
      }
    }
    return false;
  }
}
