// SPDX-License-Identifier: Apache-2.0

/// What nothing could use, kept, shown, sent again or dropped.
@NullMarked
package io.fieldline.lambdas.quarantine;

import org.jspecify.annotations.NullMarked;
