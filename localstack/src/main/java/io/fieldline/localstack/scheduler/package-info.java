// SPDX-License-Identifier: Apache-2.0

/// EventBridge Scheduler: schedules by {@code rate}, {@code cron} and {@code at} in any time zone,
/// in groups, whose target is a Lambda function or an SQS queue, at the stack's clock. Other
/// targets and flexible time windows are refused by name.
///
/// Source: EventBridge Scheduler API Reference and User Guide, "Schedule types".
@NullMarked
package io.fieldline.localstack.scheduler;

import org.jspecify.annotations.NullMarked;
