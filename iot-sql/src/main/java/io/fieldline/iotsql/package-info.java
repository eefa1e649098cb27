// SPDX-License-Identifier: Apache-2.0

/// AWS IoT SQL as a library: parse, check, evaluate, substitution templates.
@NullMarked
package io.fieldline.iotsql;

import org.jspecify.annotations.NullMarked;
