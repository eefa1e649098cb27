// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import io.fieldline.iotsql.value.Numbers;
import io.fieldline.iotsql.value.Value;

/// A version of the language. Where a rule names none, AWS takes 2015-10-08.
///
/// Source: AWS IoT developer guide, "SQL versions".
public enum SqlVersion {
  V2015_10_08("2015-10-08"),
  V2016_03_23("2016-03-23"),
  BETA("beta");

  private final String awsName;

  SqlVersion(String awsName) {
    this.awsName = awsName;
  }

  /// The name as the API spells it.
  public String awsName() {
    return awsName;
  }

  /// The version of that name.
  ///
  /// @throws IllegalArgumentException naming the versions there are
  public static SqlVersion of(String awsName) {
    for (SqlVersion version : values()) {
      if (version.awsName.equals(awsName)) {
        return version;
      }
    }
    throw new IllegalArgumentException(
        "unknown SQL version '" + awsName + "': expected 2015-10-08, 2016-03-23 or beta");
  }

  public boolean since2016() {
    return this != V2015_10_08;
  }

  /// A number as this version shows it: since 2016-03-23 a whole decimal is an Int.
  public Value number(Value value) {
    return since2016() ? Numbers.narrowed(value) : value;
  }
}
