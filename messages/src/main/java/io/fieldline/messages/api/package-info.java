// SPDX-License-Identifier: Apache-2.0

/// The HTTP API's contract: its routes, who may call them, what they take and answer.
@NullMarked
package io.fieldline.messages.api;

import org.jspecify.annotations.NullMarked;
