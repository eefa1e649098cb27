// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import java.time.Instant;
import java.util.Map;

/// An object: where its bytes are and what is said of them.
///
/// @param file name in the folder of object files
/// @param headers such as {@code Content-Type} and {@code Cache-Control}
/// @param metadata the user's own
record ObjectRecord(
    String bucket,
    String key,
    String file,
    long sizeBytes,
    String etag,
    Instant modified,
    Map<String, String> headers,
    Map<String, String> metadata) {
  ObjectRecord {
    headers = headers == null ? Map.of() : Map.copyOf(headers);
    metadata = metadata == null ? Map.of() : Map.copyOf(metadata);
  }
}
