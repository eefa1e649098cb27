// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

/// Identity of a batch: whoever receives it twice stores it once.
///
/// @param device whose readings they are
/// @param epoch epoch milliseconds at which the lane's folder was created; sequence numbers count
///   anew in a new folder
/// @param lane the lane they went through
/// @param firstSeq sequence number of its first reading, counted per device and lane from 0
public record BatchId(String device, long epoch, Lane lane, long firstSeq) {}
