// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

/// Hours that are merged: each device's is told of once, within the window after it ends, since a
/// batch gathers no longer.
///
/// @param load of the fleet
/// @param pace of its functions
record Rollups(Load load, Pace pace) {
  /// How long the mapping gathers, and what a request takes or deletes at the most.
  private static final double GATHERING_SECONDS = 5;

  private static final double MOST_A_REQUEST = 10;
  private static final double MOST_GATHERED = 500;

  /// Calls of DynamoDB: reading raw items and hours, writing an hour and a day.
  private static final double CALLS = 4;

  /// A message takes about three of them in the telemetry function.
  private static final double CALLS_A_MESSAGE = 3;

  private double secondsEach() {
    return pace.messageSeconds() * CALLS / CALLS_A_MESSAGE;
  }

  private double perSecond() {
    return load.devices() / Math.max(1, load.windowSeconds()) / pace.pollers();
  }

  /// What comes while the poller gathers and while the function works.
  private double perInvocation() {
    double busy = Math.min(0.9, perSecond() * secondsEach());
    return Math.clamp(perSecond() * GATHERING_SECONDS / (1 - busy), 1, MOST_GATHERED);
  }

  /// For how long hours are merged.
  double withinSeconds() {
    return load.period().closedHours() * Math.max(1, load.windowSeconds());
  }

  double invocations() {
    return load.deviceHours() / perInvocation();
  }

  double seconds() {
    return load.deviceHours() * secondsEach();
  }

  /// A send each; while it gathers, a receive for each, since each is there for itself; what waited
  /// while the function worked, and what is deleted, ten at a time.
  double requests() {
    double gathered = Math.min(1, perSecond() * GATHERING_SECONDS / perInvocation());
    double waited = (1 - gathered) / MOST_A_REQUEST;
    double deletes = 1 / Math.min(MOST_A_REQUEST, perInvocation());
    return load.deviceHours() * (1 + gathered + waited + deletes);
  }
}
