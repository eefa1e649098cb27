// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  record Kept(
      String name,
      Instant at,
      byte[] bytes,
      Map<String, String> tags,
      List<Part> parts,
      @Nullable String note) {
    boolean isBusy() {
      return name.isEmpty();
    }

    String getLabel() {
      return name + "!";
    }
  }

  record Part(int number, boolean last) {}

  @Test
  void aRecordIsTheSameAfterTheFileWasReopened(@TempDir Path folder) {
    Instant at = Instant.parse("2026-11-25T06:33:16.011337851Z");
    var kept =
        new Kept("pump", at, new byte[] {1, 2}, Map.of("a", "b"), List.of(new Part(1, true)), null);
    try (Store store = Store.open(folder.resolve("store"))) {
      store.map("things", Kept.class).put("pump", kept);
      store.commit();
    }

    try (Store store = Store.open(folder.resolve("store"))) {
      Kept read = store.map("things", Kept.class).get("pump");

      assertThat(read).usingRecursiveComparison().isEqualTo(kept);
    }
  }

  @Test
  void aThreadThatIsInterruptedTakesNothingAlong(@TempDir Path folder) throws Exception {
    try (Store store = Store.open(folder.resolve("store"))) {
      var map = store.map("things", Part.class);
      map.put("a", new Part(1, true));
      store.commit();
      Thread ended =
          Thread.ofVirtual()
              .start(() -> {
                Thread.currentThread().interrupt();
                map.put("b", new Part(2, true));
                store.commit();
              });
      ended.join();

      map.put("c", new Part(3, true));
      store.commit();
    }

    try (Store store = Store.open(folder.resolve("store"))) {
      assertThat(store.map("things", Part.class).keySet()).containsExactlyInAnyOrder("a", "b", "c");
    }
  }
}
