// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a call must not be given, found when it is parsed (Assumed: AWS names the rules, not when
/// they are checked).
///
/// Source: AWS IoT developer guide, "SET clause" (roles and modes do not support variables),
/// "Functions", get_or_default and get_registry_data.
final class CallRules {
  private static final Set<String> ROLE_IS_LAST =
      Set.of("get_thing_shadow", "get_dynamodb", "get_registry_data", "get_secret");
  private static final Map<String, Integer> MODE =
      Map.of("transform", 0, "get_registry_data", 0, "get_secret", 1, "encode", 1, "decode", 1);
  private static final int PROTOBUF_ARGUMENTS = 6;

  private CallRules() {}

  static Optional<String> objection(String function, List<Expr> arguments) {
    if (ROLE_IS_LAST.contains(function)
        && !arguments.isEmpty()
        && arguments.getLast() instanceof Expr.Variable) {
      return Optional.of("the role of " + function + " must not be a variable");
    }
    int mode = MODE.getOrDefault(function, arguments.size());
    if (mode < arguments.size() && arguments.get(mode) instanceof Expr.Variable) {
      return Optional.of("the mode of " + function + " must not be a variable");
    }
    if (function.equals("get_registry_data")
        && !arguments.isEmpty()
        && !(arguments.getFirst() instanceof Expr.Literal)) {
      return Optional.of("the operation of get_registry_data must be a constant text");
    }
    if (function.equals("get_or_default")
        && arguments.size() > 1
        && ExternalCalls.in(arguments.get(1))) {
      return Optional.of("the default of get_or_default must not ask another service");
    }
    if (isProtobuf(function, arguments) && arguments.size() != PROTOBUF_ARGUMENTS) {
      return Optional.of("decode of protobuf takes 6 arguments, got " + arguments.size());
    }
    return Optional.empty();
  }

  /// Whether the call decodes protobuf, which asks S3 for the descriptor.
  static boolean isProtobuf(String function, List<Expr> arguments) {
    return function.equals("decode") && arguments.size() > 2;
  }
}
