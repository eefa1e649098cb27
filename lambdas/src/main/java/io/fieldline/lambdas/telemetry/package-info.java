// SPDX-License-Identifier: Apache-2.0

/// SQS batches of telemetry to items, latest state and alarms.
@NullMarked
package io.fieldline.lambdas.telemetry;

import org.jspecify.annotations.NullMarked;
