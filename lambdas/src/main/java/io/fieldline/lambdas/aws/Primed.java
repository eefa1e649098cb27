// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.aws;

import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/// A function that goes its whole way once before AWS takes the snapshot that it starts from: then
/// its classes are loaded, and its first event does not wait for that.
///
/// Source: AWS Lambda Developer Guide, "Lambda SnapStart runtime hooks".
public interface Primed extends Resource {
  /// Goes the function's way without leaving a trace: it reads, or writes under a condition that
  /// nothing fulfils.
  void prime() throws Exception;

  /// For the end of a function's constructor.
  default void primeBeforeSnapshot() {
    Core.getGlobalContext().register(this);
  }

  /// A function that could not be primed still works.
  @Override
  default void beforeCheckpoint(Context<? extends Resource> context) {
    try {
      prime();
    } catch (Exception e) {
      System.getLogger(Primed.class.getName())
          .log(System.Logger.Level.WARNING, "not primed: " + getClass().getName(), e);
    }
  }

  @Override
  default void afterRestore(Context<? extends Resource> context) {
    // Connections that the snapshot holds are closed by now; the HTTP client opens others.
  }
}
