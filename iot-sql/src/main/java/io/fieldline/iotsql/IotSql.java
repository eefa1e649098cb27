// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

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
}
