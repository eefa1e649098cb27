// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/// Values kept as JSON: records of text, numbers, booleans, {@link Instant}, byte arrays, lists,
/// maps, nested records, {@code JsonNode}. Absent parts are not written.
public final class JsonType<V> extends BasicDataType<V> {
  /// A record is kept by its components alone: what its other methods say follows from them. A
  /// component that a later version dropped is passed over.
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
          .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
          .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addDeserializer(Instant.class, new InstantText()))
          .build();

  private final Class<V> type;

  public JsonType(Class<V> type) {
    this.type = type;
  }

  @Override
  public int getMemory(V value) {
    return 256;
  }

  @Override
  public void write(WriteBuffer buffer, V value) {
    try {
      byte[] json = MAPPER.writeValueAsBytes(value);
      buffer.putVarInt(json.length).put(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(type.getSimpleName() + " cannot be kept as JSON", e);
    }
  }

  @Override
  public V read(ByteBuffer buffer) {
    byte[] json = new byte[org.h2.mvstore.DataUtils.readVarInt(buffer)];
    buffer.get(json);
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      String text = new String(json, StandardCharsets.UTF_8);
      throw new IllegalStateException(type.getSimpleName() + " cannot be read from " + text, e);
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public V[] createStorage(int size) {
    return (V[]) java.lang.reflect.Array.newInstance(type, size);
  }

  private static final class InstantText extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return Instant.parse(parser.getText());
    }
  }
}
