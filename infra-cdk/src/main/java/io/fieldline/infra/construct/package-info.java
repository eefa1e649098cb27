// SPDX-License-Identifier: Apache-2.0

/// The four parts of the stack (data, ingest, api, ops) and the thin constructs they are made of.
@NullMarked
package io.fieldline.infra.construct;

import org.jspecify.annotations.NullMarked;
