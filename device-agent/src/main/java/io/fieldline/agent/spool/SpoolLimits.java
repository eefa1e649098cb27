// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.EnumMap;
import java.util.Map;

/// The bounds of the whole spool.
///
/// @param lanes each lane's own
/// @param minFreeBytes free space that the disk is to keep: with less, the least important lane
///   gives up its oldest segment first
public record SpoolLimits(Map<Lane, LaneLimits> lanes, long minFreeBytes) {
  /// Refuses a spool that lacks a lane.
  public SpoolLimits {
    lanes = Map.copyOf(new EnumMap<>(lanes));
    for (Lane lane : Lane.values()) {
      if (!lanes.containsKey(lane)) {
        throw new IllegalArgumentException("bounds of every lane expected, none for " + lane);
      }
    }
  }

  /// The same bounds for every lane, on a disk that may be filled.
  public static SpoolLimits same(LaneLimits limits) {
    Map<Lane, LaneLimits> lanes = new EnumMap<>(Lane.class);
    for (Lane lane : Lane.values()) {
      lanes.put(lane, limits);
    }
    return new SpoolLimits(lanes, 0);
  }

  /// The bounds of one lane.
  public LaneLimits of(Lane lane) {
    LaneLimits limits = lanes.get(lane);
    if (limits == null) {
      throw new IllegalStateException("every lane has bounds: " + lane);
    }
    return limits;
  }
}
