// SPDX-License-Identifier: Apache-2.0
/// The whole thing from outside, and the rules that hold across its modules.
@NullMarked
package io.fieldline.acceptance;

import org.jspecify.annotations.NullMarked;
