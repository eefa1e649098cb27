// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// The SDK's model objects as JSON text, for a service that keeps a configuration as it came.
/// Thread-safe.
public final class ModelJson {
  private final JsonCodec codec = new JsonCodec(new ObjectMapper(), Format.UNIX_TIMESTAMP);

  public String write(SdkPojo model) {
    return new String(codec.write(model), StandardCharsets.UTF_8);
  }

  /// @param builder of the type that was written, empty
  public <T> T read(SdkPojo builder, Class<T> type, String json) {
    codec.fill(builder, codec.parse(json.getBytes(StandardCharsets.UTF_8)));
    return type.cast(Pojos.build(builder));
  }
}
