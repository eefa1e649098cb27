// SPDX-License-Identifier: Apache-2.0
/// The local stack for itself, used by the unmodified command lines and as a process.
@NullMarked
package io.fieldline.acceptance.stack;

import org.jspecify.annotations.NullMarked;
