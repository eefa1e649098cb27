// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import java.util.Optional;

/// Says at parse time why something cannot be used, so that the error carries the place.
@FunctionalInterface
public interface CallCheck {
  String ARRAY_LITERAL = "array literal";
  String OBJECT_LITERAL = "object literal";
  String NESTED_SELECT = "nested SELECT";

  /// The objection to a function (its name in lower case), a cast (`cast as type`) or one of the
  /// constants; or nothing.
  Optional<String> objection(String feature);
}
