// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Value;

/// One documented function: from which version on, with how many arguments, and what it does.
public record Function(String name, boolean needs2016, int fewest, int most, Body body) {
  /// Arguments and scope to result.
  @FunctionalInterface
  public interface Body {
    Value call(Arguments arguments, CallScope scope);
  }

  /// Calls it; a wrong number of arguments gives `Undefined`.
  ///
  /// Source: AWS IoT developer guide, "Data types": "calling a function with the wrong number of
  /// arguments".
  public Value call(Arguments arguments, CallScope scope) {
    if (arguments.count() < fewest || arguments.count() > most) {
      return Value.UNDEFINED;
    }
    return scope.version().number(body.call(arguments, scope));
  }

  boolean availableIn(SqlVersion version) {
    return !needs2016 || version.since2016();
  }
}
