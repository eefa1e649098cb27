// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import java.util.Optional;

/// Says at parse time why a function cannot be called, so that the error carries the place.
@FunctionalInterface
public interface CallCheck {
  /// The objection to calling `function` (lower case), or nothing.
  Optional<String> objection(String function);
}
