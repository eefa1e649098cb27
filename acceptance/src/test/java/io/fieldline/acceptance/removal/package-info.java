// SPDX-License-Identifier: Apache-2.0
/// Every permission of the deployed template taken away in turn: what nobody misses is surplus.
@NullMarked
package io.fieldline.acceptance.removal;

import org.jspecify.annotations.NullMarked;
