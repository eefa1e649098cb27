// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages.api;

/// Which function answers a route.
public enum ApiFunction {
  /// What the app reads.
  QUERY,
  /// What the app asks for.
  COMMAND,
  /// What nothing could use.
  QUARANTINE,
  /// Who may sign in, and as what.
  USERS,
  /// Devices themselves.
  FLEET,
  /// Fleet work.
  JOBS,
  /// Commands at a time or by the calendar.
  SCHEDULE,
  /// How the pipeline is.
  HEALTH
}
