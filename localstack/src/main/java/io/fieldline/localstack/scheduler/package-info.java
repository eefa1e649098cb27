// SPDX-License-Identifier: Apache-2.0

/// EventBridge Scheduler: schedules by {@code rate()} whose target is a Lambda function, at the
/// stack's clock. Other expressions and targets are refused by name.
///
/// Source: EventBridge Scheduler API Reference and User Guide, "Schedule types".
@NullMarked
package io.fieldline.localstack.scheduler;

import org.jspecify.annotations.NullMarked;
