// SPDX-License-Identifier: Apache-2.0

/// The language as a command: one statement, or JSON lines in and out.
@NullMarked
package io.fieldline.iotsql.cli;

import org.jspecify.annotations.NullMarked;
