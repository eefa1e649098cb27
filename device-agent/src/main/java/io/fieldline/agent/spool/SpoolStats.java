// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

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
/// @param gap what the bound has cost
/// @param damagedBytes cut off at start because they were torn or damaged
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
    long damagedBytes) {}
