// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of one call: one line of a message's way through the stack.
///
/// @param failure code and message of the error, or null where it succeeded
public record CallRecord(
    Instant at,
    String requestId,
    String principal,
    String service,
    String operation,
    String resource,
    @Nullable String failure,
    long tookNanos) {}
