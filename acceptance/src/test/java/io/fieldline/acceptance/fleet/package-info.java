// SPDX-License-Identifier: Apache-2.0
/// Many devices at once.
@NullMarked
package io.fieldline.acceptance.fleet;

import org.jspecify.annotations.NullMarked;
