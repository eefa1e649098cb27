// SPDX-License-Identifier: Apache-2.0
/// The rules of the source itself: who may know whom, sizes, licences, and a map that is true.
@NullMarked
package io.fieldline.acceptance.structure;

import org.jspecify.annotations.NullMarked;
