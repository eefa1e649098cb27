// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static io.fieldline.localstack.lambda.LambdaBench.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.LocalStackOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/// What functions load is prepared once, and used by later starts; never does it break one.
@Order(1)
@EnabledOnOs(OS.LINUX)
class AotCachesTest {
  /// Training has the lowest priority: on a busy machine it takes what it takes.
  private static final int TRAINED_S = 240;

  @TempDir Path folder;

  private Path caches;

  @BeforeEach
  void place() {
    caches = folder.resolve("data/lambda/aot");
  }

  private LambdaBench start() {
    var options = LocalStackOptions.forTest().withData(folder.resolve("data"));
    return new LambdaBench(LocalStack.start(options));
  }

  /// As a build that packs a function's classes among its libraries.
  private static SdkBytes zipOfJars(String note) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("lib/probe.jar"));
      zip.write(LambdaBench.zip());
      zip.setComment(note);
    }
    return SdkBytes.fromByteArray(bytes.toByteArray());
  }

  private static void deploy(LambdaBench bench) throws IOException {
    bench.createRole();
    SdkBytes zip = zipOfJars("first");
    bench.deploy("jars", f -> f.code(c -> c.zipFile(zip)));
    assertThat(mapped(bench)).isEmpty();
  }

  /// A start after the last one: what has another configuration runs in an environment of its own.
  private static List<String> mappedByTheNext(LambdaBench bench) {
    String change = String.valueOf(System.nanoTime());
    bench.lambda.updateFunctionConfiguration(
        r -> r.functionName("jars").environment(e -> e.variables(Map.of("CHANGE", change))));
    return mapped(bench);
  }

  /// The caches that the function's process has in its memory.
  private static List<String> mapped(LambdaBench bench) {
    String pid = bench.answer("jars", "{\"do\":\"pid\"}");
    try (Stream<String> maps = Files.lines(Path.of("/proc", pid, "maps"))) {
      return maps.filter(line -> line.endsWith(".aot"))
          .map(line -> line.substring(line.lastIndexOf('/') + 1))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new AssertionError("no process " + pid, e);
    }
  }

  private List<String> trained(LambdaBench bench) {
    bench.stack.clock().advance(Duration.ofMinutes(2));
    return within(TRAINED_S, this::files, found -> !found.isEmpty());
  }

  private List<String> files() {
    if (!Files.isDirectory(caches)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(caches)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".aot"))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void laterStartsUseWhatWasTrainedAlsoAfterARestart() throws IOException {
    List<String> made;
    try (var bench = start()) {
      deploy(bench);
      made = trained(bench);
      assertThat(made).hasSize(1);
      assertThat(mappedByTheNext(bench)).isEqualTo(made);
    }
    try (var bench = start()) {
      assertThat(mapped(bench)).isEqualTo(made);
    }
  }

  @Test
  void damagedOneIsOfNoUseAndDoesNoHarm() throws IOException {
    try (var bench = start()) {
      deploy(bench);
      Path file = caches.resolve(trained(bench).getFirst());
      Files.write(file, new byte[] {1, 2, 3});

      assertThat(mappedByTheNext(bench)).isEmpty();
    }
  }

  @Test
  @Tag("long")
  void newCodeIsTrainedAnewAndTheEarlierForgotten() throws IOException {
    try (var bench = start()) {
      deploy(bench);
      List<String> first = trained(bench);
      SdkBytes zip = zipOfJars("second");
      bench.lambda.updateFunctionCode(r -> r.functionName("jars").zipFile(zip));
      assertThat(mapped(bench)).isEmpty();

      bench.stack.clock().advance(Duration.ofMinutes(2));
      List<String> second =
          within(TRAINED_S, this::files, found -> !found.isEmpty() && !found.equals(first));

      assertThat(second).hasSize(1);
      assertThat(mappedByTheNext(bench)).isEqualTo(second);
      bench.lambda.deleteFunction(r -> r.functionName("jars"));
      assertThat(files()).isEmpty();
    }
  }
}
