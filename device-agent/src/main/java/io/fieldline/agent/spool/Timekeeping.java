// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.OptionalLong;

/// Makes the times of a batch real that was cut before the time was known. The answer for a time
/// never changes once there is one, so that a batch that is handed out twice is the same twice.
public interface Timekeeping {
  /// All times are real from the start.
  Timekeeping REAL =
      new Timekeeping() {
        @Override
        public boolean isKnown() {
          return true;
        }

        @Override
        public OptionalLong shiftMs(long atMs) {
          return OptionalLong.of(0);
        }

        @Override
        public byte[] restamped(byte[] payload, long shiftMs) {
          throw new IllegalStateException("a real time is not changed");
        }
      };

  /// Whether it is known what time it is.
  boolean isKnown();

  /// What must be added to a time to make it real; empty if that cannot be said yet.
  OptionalLong shiftMs(long atMs);

  /// The payload with its times changed by so much.
  byte[] restamped(byte[] payload, long shiftMs);
}
