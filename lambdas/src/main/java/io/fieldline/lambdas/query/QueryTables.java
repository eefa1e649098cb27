// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

/// The names of both tables.
///
/// @param telemetry of readings
/// @param fleet of devices, commands, alarms
record QueryTables(String telemetry, String fleet) {}
