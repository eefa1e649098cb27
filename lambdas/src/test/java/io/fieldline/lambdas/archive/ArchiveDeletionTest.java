// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.SharedStack;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

@ExtendWith(SharedStack.class)
final class ArchiveDeletionTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 2, 27);
  private static final LocalDate LAST = LocalDate.of(2026, 3, 1);

  private final S3Client s3;
  private final String bucket;
  private final ArchiveDeletion archive;

  ArchiveDeletionTest(Cloud cloud) {
    this.s3 = cloud.buckets();
    this.bucket = "archive-" + System.nanoTime();
    s3.createBucket(create -> create.bucket(bucket));
    this.archive = new ArchiveDeletion(s3, bucket);
  }

  private static String line(String thing, int value) {
    return "{\"batch\":{\"device\":\"%s\",\"note\":\"gw\"},\"thing\":\"%s\",\"receivedMs\":%d}"
        .formatted(thing, thing, value);
  }

  private void put(String key, String... lines) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      for (var line : lines) {
        out.write((line + "\n").getBytes(UTF_8));
      }
    }
    s3.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(bytes.toByteArray()));
  }

  private List<String> lines(String key) {
    try (var in =
        new GZIPInputStream(
            new ByteArrayInputStream(
                s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArray()))) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> keys() {
    return s3.listObjectsV2(list -> list.bucket(bucket)).contents().stream()
        .map(object -> object.key())
        .toList();
  }

  /// What a deletion keeps between two tries.
  private static final class Kept implements ArchiveDeletion.Progress {
    private final TreeMap<String, Integer> done = new TreeMap<>();

    @Override
    public String after() {
      return done.isEmpty() ? "" : done.lastKey();
    }

    @Override
    public void done(String key, int gone) {
      done.put(key, gone);
    }
  }

  @Test
  void theLinesOfOneThingGoAndNothingElse() throws IOException {
    put("archive/2026/02/27/a", line("gw", 1), line("gw2", 2), line("gw", 3));
    put("archive/2026/02/28/b", line("gw2", 4));
    put("archive/2026/03/01/c", line("gw", 5));
    put("archive/2026/02/26/before", line("gw", 6));
    put("archive/2026/03/02/after", line("gw", 7));
    var kept = new Kept();

    archive.delete("gw", FIRST, LAST, kept, () -> {});

    assertThat(kept.done)
        .containsExactly(
            java.util.Map.entry("archive/2026/02/27/a", 2),
            java.util.Map.entry("archive/2026/02/28/b", 0),
            java.util.Map.entry("archive/2026/03/01/c", 1));
    assertThat(lines("archive/2026/02/27/a")).containsExactly(line("gw2", 2));
    assertThat(lines("archive/2026/02/28/b")).containsExactly(line("gw2", 4));
    assertThat(keys())
        .containsExactly(
            "archive/2026/02/26/before",
            "archive/2026/02/27/a",
            "archive/2026/02/28/b",
            "archive/2026/03/02/after");
  }

  @Test
  void whatTookTooLongGoesOnWhereItWas() throws IOException {
    for (int i = 0; i < 3; i++) {
      put("archive/2026/02/28/" + i, line("gw", i), line("other", i));
    }
    var kept = new Kept();
    var left = new int[] {2};
    Runnable timeLeft =
        () -> {
          if (left[0]-- == 0) {
            throw new IllegalStateException("no time left");
          }
        };

    assertThatThrownBy(() -> archive.delete("gw", FIRST, LAST, kept, timeLeft))
        .hasMessage("no time left");
    archive.delete("gw", FIRST, LAST, kept, timeLeft);

    assertThat(left[0]).isEqualTo(-2);
    assertThat(kept.done.values()).containsExactly(1, 1, 1);
  }

  /// Each writes anew what it read, if nobody else has meanwhile.
  @Test
  void twoDeletionsAtOnceDoNotUndoEachOther() throws Exception {
    for (int i = 0; i < 20; i++) {
      put("archive/2026/02/28/%02d".formatted(i), line("a", i), line("b", i), line("c", i));
    }
    var together = new CyclicBarrier(2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var both = threads.invokeAll(List.of(deletion("a", together), deletion("b", together)));
      for (var one : both) {
        one.get();
      }
    }

    for (var key : keys()) {
      assertThat(lines(key)).hasSize(1).first().asString().contains("\"thing\":\"c\"");
    }
  }

  private Callable<Void> deletion(String thing, CyclicBarrier together) {
    return () -> {
      archive.delete(
          thing,
          FIRST,
          LAST,
          new Kept(),
          () -> {
            try {
              together.await();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
      return null;
    };
  }
}
