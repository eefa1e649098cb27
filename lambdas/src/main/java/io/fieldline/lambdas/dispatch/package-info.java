// SPDX-License-Identifier: Apache-2.0

/// How a command is issued, by a person or by an alarm rule.
@NullMarked
package io.fieldline.lambdas.dispatch;

import org.jspecify.annotations.NullMarked;
