// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.SqlVersion;

/// What a function sees besides its arguments.
public interface CallScope {
  Message message();

  LookupFunctions lookups();

  SqlVersion version();

  /// Notes the one call of a function that a statement may make.
  ///
  /// @throws io.fieldline.iotsql.LookupFailure at the second call
  void claim(String function);
}
