// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.dispatch;

import io.fieldline.messages.ActuatorValue;

/// What somebody wants of an actuator.
///
/// @param thing in whose shadow it is written
/// @param actuator which one
/// @param value what it is to be set to
/// @param by who wants it: a person, or `rule:<name>`
public record Order(String thing, String actuator, ActuatorValue value, String by) {}
