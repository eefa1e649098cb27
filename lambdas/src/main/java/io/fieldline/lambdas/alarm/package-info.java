// SPDX-License-Identifier: Apache-2.0

/// An alarm's life: what a rule has come to, what becomes of it, and what that causes, each once.
@NullMarked
package io.fieldline.lambdas.alarm;

import org.jspecify.annotations.NullMarked;
