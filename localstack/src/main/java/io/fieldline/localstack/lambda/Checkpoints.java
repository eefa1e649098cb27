// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.store.Store;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.MVMap;

/// How far each mapping has come in each shard: the number of the last record that its function has
/// done with. Kept with the next call, so that a kill repeats a batch and skips none.
final class Checkpoints {
  private final MVMap<String, String> numbers;

  Checkpoints(Store store) {
    this.numbers = store.map("lambda/checkpoints", String.class);
  }

  private static String key(String uuid, String shard) {
    return uuid + "\n" + shard;
  }

  Optional<String> get(String uuid, String shard) {
    return Optional.ofNullable(numbers.get(key(uuid, shard)));
  }

  void put(String uuid, String shard, String sequenceNumber) {
    numbers.put(key(uuid, shard), sequenceNumber);
  }

  void forget(String uuid) {
    for (String key : List.copyOf(numbers.keySet())) {
      if (key.startsWith(uuid + "\n")) {
        numbers.remove(key);
      }
    }
  }
}
