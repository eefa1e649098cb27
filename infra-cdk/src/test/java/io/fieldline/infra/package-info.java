// SPDX-License-Identifier: Apache-2.0

/// The synthesized template, looked at from outside.
@NullMarked
package io.fieldline.infra;

import org.jspecify.annotations.NullMarked;
