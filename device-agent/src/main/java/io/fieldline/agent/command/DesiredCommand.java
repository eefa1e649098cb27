// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

/// A command as the cloud desires it.
///
/// @param actuator whom it is for
/// @param id what tells it from every other command
/// @param value a JSON value as [io.fieldline.agent.json.JsonText] gives it
/// @param expiresAtMs epoch milliseconds after which it must not be carried out
public record DesiredCommand(String actuator, String id, Object value, long expiresAtMs) {}
