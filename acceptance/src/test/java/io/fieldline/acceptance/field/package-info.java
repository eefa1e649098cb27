// SPDX-License-Identifier: Apache-2.0
/// The device agent as a process that is killed, at a local stack that each test fills itself.
@NullMarked
package io.fieldline.acceptance.field;

import org.jspecify.annotations.NullMarked;
