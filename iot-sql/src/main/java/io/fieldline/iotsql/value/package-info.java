// SPDX-License-Identifier: Apache-2.0

/// The values of the language, their conversions, and JSON to and from them.
@NullMarked
package io.fieldline.iotsql.value;

import org.jspecify.annotations.NullMarked;
