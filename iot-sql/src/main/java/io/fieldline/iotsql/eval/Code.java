// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.eval;

import io.fieldline.iotsql.value.Value;

/// A compiled expression. Safe to share between threads; all state is in the scope.
@FunctionalInterface
public interface Code {
  /// @param element what names resolve against inside a nested SELECT; unused at the top
  Value eval(MessageScope scope, Value element);
}
