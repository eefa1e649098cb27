// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.messages.AlarmRule;
import java.util.function.Consumer;

/// A rule that is to be judged on a device.
///
/// @param rule as it is about this device alone
/// @param judgement leads the alarm on; it may be asked more than once
public record Look(Occasion occasion, AlarmRule rule, Consumer<AlarmCourse> judgement) {}
