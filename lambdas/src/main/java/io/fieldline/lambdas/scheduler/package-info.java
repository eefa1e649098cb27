// SPDX-License-Identifier: Apache-2.0

/// Commands at a time or by the calendar, as EventBridge Scheduler keeps them.
@NullMarked
package io.fieldline.lambdas.scheduler;

import org.jspecify.annotations.NullMarked;
