// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A custom authorizer as it is kept.
///
/// @param signingKeys name to PEM public key
public record Authorizer(
    String name,
    String functionArn,
    @Nullable String tokenKeyName,
    Map<String, String> signingKeys,
    String status,
    boolean signingDisabled,
    boolean cachesForHttp,
    Instant createdAt,
    Instant modifiedAt) {
  public boolean isActive() {
    return status.equals("ACTIVE");
  }
}
