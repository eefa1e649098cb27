// SPDX-License-Identifier: Apache-2.0

/// CloudWatch: metrics by the minute, alarms and dashboards.
///
/// Source: Amazon CloudWatch API Reference.
@NullMarked
package io.fieldline.localstack.cloudwatch;

import org.jspecify.annotations.NullMarked;
