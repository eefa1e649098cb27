// SPDX-License-Identifier: Apache-2.0

/// The contract between device, cloud and browser: topics, payload records, schemas, codec.
@NullMarked
package io.fieldline.messages;

import org.jspecify.annotations.NullMarked;
