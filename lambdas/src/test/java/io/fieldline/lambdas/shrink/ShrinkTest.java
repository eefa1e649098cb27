// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShrinkTest {
  private static final String PACKAGE = "io/fieldline/lambdas/shrink/";

  @TempDir private Path folder;
  private Path program;
  private Path library;

  ShrinkTest() {
    program = Path.of("");
    library = Path.of("");
  }

  @BeforeEach
  void pack() throws Exception {
    var compiled =
        Path.of(ShrinkTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    program = Files.createDirectories(folder.resolve("program"));
    Files.createDirectories(program.resolve(PACKAGE));
    Files.copy(
        compiled.resolve(PACKAGE + "Program.class"), program.resolve(PACKAGE + "Program.class"));
    library = folder.resolve("library-1.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(library));
        var files = Files.list(compiled.resolve(PACKAGE))) {
      for (Path file : files.filter(one -> one.toString().contains("Library")).toList()) {
        zip.putNextEntry(new ZipEntry(PACKAGE + file.getFileName()));
        Files.copy(file, zip);
      }
    }
  }

  private Path shrunk(String into) throws IOException {
    Shrink.main(
        new String[] {
          folder.resolve(into).toString(), "library-.*", program + File.pathSeparator + library
        });
    return folder.resolve(into).resolve("library-1.jar");
  }

  private Object inNewLoader(Path jar) throws Exception {
    var urls = new URL[] {program.toUri().toURL(), jar.toUri().toURL()};
    try (var loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      var made =
          loader
              .loadClass("io.fieldline.lambdas.shrink.Program")
              .getDeclaredConstructor()
              .newInstance();
      return ((Supplier<?>) made).get();
    }
  }

  private static List<String> classes(Path jar) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      return zip.stream()
          .map(ZipEntry::getName)
          .map(name -> name.substring(PACKAGE.length(), name.length() - ".class".length()))
          .toList();
    }
  }

  @Test
  void aProgramDoesTheSameWithWhatIsLeft() throws Exception {
    assertThat(inNewLoader(shrunk("out")))
        .isEqualTo(inNewLoader(library))
        .isEqualTo("get SECONDabhey!!by name");
  }

  @Test
  void whatCannotBeReachedIsNotThere() throws Exception {
    var jar = shrunk("out");

    assertThat(classes(jar))
        .contains("Library$GetRequest", "Library$ByName", "Library$Unheard", "Library$Kind")
        .doesNotContain("Library$PutRequest", "Library$OfPut");
    assertThat(classes(library)).contains("Library$PutRequest", "Library$OfPut");
    try (var loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      var client = loader.loadClass("io.fieldline.lambdas.shrink.Library$DefaultClient");
      assertThat(Arrays.stream(client.getDeclaredMethods()).map(one -> one.getName()))
          .containsExactly("get");
    }
  }

  /// The zips' hashes are the names of assets: what did not change is not deployed again.
  @Test
  void theSameGivesTheSameBytes() throws Exception {
    assertThat(shrunk("one")).hasSameBinaryContentAs(shrunk("two"));
  }

  @Test
  void whatDidNotChangeIsNotDoneAgain() throws Exception {
    var jar = shrunk("out");
    Files.delete(jar);

    assertThat(shrunk("out")).doesNotExist();

    Files.write(
        program.resolve("more.class"),
        Files.readAllBytes(program.resolve(PACKAGE + "Program.class")));
    assertThat(shrunk("out")).exists();
  }
}
