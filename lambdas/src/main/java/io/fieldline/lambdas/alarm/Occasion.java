// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

/// On what occasion a device's alarms are judged.
///
/// @param thing the device itself, or its gateway
/// @param device whose alarms
/// @param receivedMs when what is judged came; the same whenever it is judged again
/// @param nowMs the time now
public record Occasion(String thing, String device, long receivedMs, long nowMs) {}
