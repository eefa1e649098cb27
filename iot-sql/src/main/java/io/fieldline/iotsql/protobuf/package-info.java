// SPDX-License-Identifier: Apache-2.0

/// Protobuf messages to values by a descriptor file: what `decode(…, 'proto', …)` needs, no more.
@NullMarked
package io.fieldline.iotsql.protobuf;

import org.jspecify.annotations.NullMarked;
