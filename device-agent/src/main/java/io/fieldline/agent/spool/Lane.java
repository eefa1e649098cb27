// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.Locale;

/// How important readings are: what is first here goes out first and is dropped last. Outcomes of
/// commands have a place of their own, the command ledger.
public enum Lane {
  /// Goes out at once and alone, past whatever backlog there is.
  ALARM(1),
  /// Everything else.
  TELEMETRY(0),
  /// Readings whose aggregates go out in their place.
  WINDOW(3),
  /// Goes out when nothing else waits, in large batches; the first to go when room is short.
  BULK(2);

  private final int number;

  Lane(int number) {
    this.number = number;
  }

  /// Its number in a batch's identity.
  public int number() {
    return number;
  }

  /// The lane with that number; telemetry for one that only a later agent knows.
  static Lane ofNumber(int number) {
    for (Lane lane : values()) {
      if (lane.number == number) {
        return lane;
      }
    }
    return TELEMETRY;
  }

  /// Its name in files, configuration and metrics.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
