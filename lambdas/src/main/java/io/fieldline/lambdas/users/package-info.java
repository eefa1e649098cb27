// SPDX-License-Identifier: Apache-2.0

/// Who may sign in, and as what.
@NullMarked
package io.fieldline.lambdas.users;

import org.jspecify.annotations.NullMarked;
