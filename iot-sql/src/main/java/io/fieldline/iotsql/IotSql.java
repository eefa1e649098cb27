// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import java.io.IOException;

/// AWS IoT SQL. The only way in:
///
/// ```java
/// RuleStatement rule = IotSql.parse("SELECT * FROM 'a/+' WHERE t > 20", SqlVersion.V2016_03_23);
/// Result result = rule.apply(message, LookupFunctions.NONE);
/// ```
public final class IotSql {
  private IotSql() {}

  /// Parses, checks and compiles a statement.
  ///
  /// @throws SqlSyntaxException with line, column and what was expected; a function that is not
  ///   offered is refused here, by name
  public static RuleStatement parse(String sql, SqlVersion version) {
    return RuleStatement.parse(sql, version);
  }

  /// A JSON text as a value, for what `LookupFunctions` give back.
  ///
  /// @throws IllegalArgumentException if it is no JSON document
  public static Value json(String text) {
    try {
      return Json.read(text, SqlVersion.V2016_03_23);
    } catch (IOException e) {
      throw new IllegalArgumentException("expected JSON: " + e.getMessage(), e);
    }
  }
}
