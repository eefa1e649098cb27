// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

/// A batch on disk, cut and stamped once, as it will be published until it is acknowledged.
///
/// @param position where it lies in the log; later batches have larger ones
/// @param id its identity
/// @param readings how many it holds
/// @param fromMs time of its earliest reading
/// @param toMs time of its latest reading
/// @param payload the bytes to publish; not to be changed
public record SealedBatch(
    long position, BatchId id, int readings, long fromMs, long toMs, byte[] payload) {}
