// SPDX-License-Identifier: Apache-2.0

/// The tree compiled once to closures, and what they see of one message.
@NullMarked
package io.fieldline.iotsql.eval;

import org.jspecify.annotations.NullMarked;
