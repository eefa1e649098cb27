// SPDX-License-Identifier: Apache-2.0
/// What people do with Fieldline, done with real clients from end to end.
@NullMarked
package io.fieldline.acceptance.journey;

import org.jspecify.annotations.NullMarked;
