// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.edge;

import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Window;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// What is done to the readings of some sensors before they are kept.
///
/// @param device full names of devices, with `*` for any characters
/// @param sensor names of sensors, with `*` for any characters
/// @param scale what the value is multiplied with
/// @param offset what is added after that
/// @param unit the unit to show it in, converted from its own; none to leave it
/// @param deadband a value that differs less from the last one kept is left out
/// @param onChange whether a value that does not differ at all is left out
/// @param atLeastEvery how long nothing may be left out at most; none for ever
/// @param atMostEvery how close to the last one a reading is left out, whatever its value
/// @param lane how important they are
/// @param window what goes out in place of those that are kept; none for themselves
public record EdgeRule(
    Pattern device,
    Pattern sensor,
    double scale,
    double offset,
    Optional<String> unit,
    double deadband,
    boolean onChange,
    Optional<Duration> atLeastEvery,
    Duration atMostEvery,
    Lane lane,
    Optional<Window> window) {}
