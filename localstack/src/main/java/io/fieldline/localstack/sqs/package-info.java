// SPDX-License-Identifier: Apache-2.0

/// SQS: standard queues with visibility, long polling, delay, retention and dead-letter queues.
@NullMarked
package io.fieldline.localstack.sqs;

import org.jspecify.annotations.NullMarked;
