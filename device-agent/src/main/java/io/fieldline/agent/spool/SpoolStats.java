// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.List;
import java.util.function.ToLongFunction;

/// Counters since the spool was opened, and where it stands.
///
/// @param acceptedReadings readings whose sensor was told that they are safe
/// @param sealedBatches batches cut
/// @param acknowledgedBatches batches the cloud has acknowledged
/// @param refusedAppends appends that failed for want of room
/// @param fsyncs how often the disk was waited for
/// @param segments files
/// @param sizeBytes of all files
/// @param backlogBytes written and not yet acknowledged
/// @param inFlight batches handed out and not acknowledged
/// @param gap what could not be kept
/// @param damagedBytes that the disk did not give back as they were written
public record SpoolStats(
    long acceptedReadings,
    long sealedBatches,
    long acknowledgedBatches,
    long refusedAppends,
    long fsyncs,
    int segments,
    long sizeBytes,
    long backlogBytes,
    int inFlight,
    Gap gap,
    long damagedBytes) {
  /// Of several lanes together; their latest losses in the order of the lanes.
  static SpoolStats sum(List<SpoolStats> lanes) {
    return new SpoolStats(
        total(lanes, SpoolStats::acceptedReadings),
        total(lanes, SpoolStats::sealedBatches),
        total(lanes, SpoolStats::acknowledgedBatches),
        total(lanes, SpoolStats::refusedAppends),
        total(lanes, SpoolStats::fsyncs),
        (int) total(lanes, SpoolStats::segments),
        total(lanes, SpoolStats::sizeBytes),
        total(lanes, SpoolStats::backlogBytes),
        (int) total(lanes, SpoolStats::inFlight),
        new Gap(
            total(lanes, lane -> lane.gap().readings()),
            lanes.stream().flatMap(lane -> lane.gap().recent().stream()).toList()),
        total(lanes, SpoolStats::damagedBytes));
  }

  private static long total(List<SpoolStats> lanes, ToLongFunction<SpoolStats> of) {
    return lanes.stream().mapToLong(of).sum();
  }
}
