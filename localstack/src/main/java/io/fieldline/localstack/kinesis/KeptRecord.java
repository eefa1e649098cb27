// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/// A record in a shard, but for its number, which is its key.
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeptRecord(Instant arrived, String partitionKey, byte[] data) {
  /// Records as they are on disk: large ones do not go through JSON.
  static final class Type extends BasicDataType<KeptRecord> {
    @Override
    public int getMemory(KeptRecord value) {
      return 128 + value.partitionKey().length() * 2 + value.data().length;
    }

    @Override
    public void write(WriteBuffer buffer, KeptRecord value) {
      byte[] key = value.partitionKey().getBytes(StandardCharsets.UTF_8);
      buffer.putVarLong(value.arrived().toEpochMilli());
      buffer.putVarInt(key.length).put(key);
      buffer.putVarInt(value.data().length).put(value.data());
    }

    @Override
    public KeptRecord read(ByteBuffer buffer) {
      Instant arrived = Instant.ofEpochMilli(DataUtils.readVarLong(buffer));
      String key = new String(bytes(buffer), StandardCharsets.UTF_8);
      return new KeptRecord(arrived, key, bytes(buffer));
    }

    private static byte[] bytes(ByteBuffer buffer) {
      byte[] bytes = new byte[DataUtils.readVarInt(buffer)];
      buffer.get(bytes);
      return bytes;
    }

    @Override
    public KeptRecord[] createStorage(int size) {
      return new KeptRecord[size];
    }
  }
}
