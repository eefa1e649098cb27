// SPDX-License-Identifier: Apache-2.0

/// Commands at a time or by the calendar, as people ask for them.
@NullMarked
package io.fieldline.lambdas.schedule;

import org.jspecify.annotations.NullMarked;
