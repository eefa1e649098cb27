// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

/// One sensor's points in a range, oldest first.
///
/// @param sensor its name
/// @param unit its unit, empty if it has none
/// @param stepMs how far apart merged points are, 0 where every point is a reading
/// @param timesMs epoch milliseconds of the points
/// @param values the readings, or the mean of each step
/// @param mins the smallest value of each step; empty where every point is a reading
/// @param maxs the largest value of each step; empty where every point is a reading
public record Series(
    String sensor,
    String unit,
    long stepMs,
    long[] timesMs,
    double[] values,
    double[] mins,
    double[] maxs) {}
