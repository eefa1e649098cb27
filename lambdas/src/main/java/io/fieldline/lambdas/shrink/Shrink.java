// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// `Shrink FOLDER PATTERN CLASSPATH`: the class path's jars into the folder. Those whose name fits
/// the pattern lose what nothing in the others, and in the class path's folders, can reach.
///
/// An SDK's client has a method for each operation, and each leads to its own classes; a function
/// calls a handful. Tools that look at references alone (maven-shade's `minimizeJar`) or at types
/// (ProGuard) keep most of it, since each request class has the methods of all requests; what
/// matters is of which classes there can be an object.
final class Shrink {
  /// Any moment will do as long as it is the same for all: the zips' hashes are asset names.
  private static final LocalDateTime MODIFIED = LocalDateTime.of(2026, 1, 1, 0, 0);

  private final JarClasses classes = new JarClasses();

  private Shrink() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("expected: FOLDER PATTERN CLASSPATH");
      System.exit(2);
    }
    var path =
        Pattern.compile(Pattern.quote(File.pathSeparator))
            .splitAsStream(arguments[2])
            .map(Path::of)
            .toList();
    new Shrink().run(Path.of(arguments[0]), Pattern.compile(arguments[1]), path);
  }

  private void run(Path folder, Pattern shrunk, List<Path> path) throws IOException {
    var inputs = Inputs.of(path, shrunk);
    if (inputs.areThoseOf(folder)) {
      return;
    }
    for (Path one : path) {
      if (Files.isDirectory(one)) {
        readFolder(one);
      } else {
        readJar(one, !shrunk.matcher(one.getFileName().toString()).matches());
      }
    }
    var writer = new ShrunkClass(classes, new Reach(classes));
    Files.createDirectories(folder);
    for (Path one : path) {
      var target = folder.resolve(one.getFileName());
      if (shrunk.matcher(one.getFileName().toString()).matches()) {
        write(one, target, writer);
      } else if (!Files.isDirectory(one)) {
        Files.write(target, Files.readAllBytes(one));
      }
    }
    inputs.note(folder);
  }

  private void readFolder(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(one -> isClass(one.toString())).sorted().toList()) {
        classes.add(Files.readAllBytes(file), true);
      }
    }
  }

  private void readJar(Path path, boolean isWhole) throws IOException {
    try (var jar = new JarFile(path.toFile())) {
      for (var entry : entries(jar)) {
        if (isClass(entry.getName())) {
          classes.add(bytes(jar, entry), isWhole);
        }
      }
    }
  }

  private static List<? extends ZipEntry> entries(JarFile jar) {
    return jar.stream().filter(entry -> !entry.isDirectory()).toList();
  }

  /// A class for all releases of Java; those of `META-INF/versions` are for some.
  private static boolean isClass(String name) {
    return name.endsWith(".class")
        && !name.contains("META-INF/")
        && !name.endsWith("module-info.class")
        && !name.endsWith("package-info.class");
  }

  private static byte[] bytes(JarFile jar, ZipEntry entry) {
    try (var in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(jar.getName() + ": " + entry.getName(), e);
    }
  }

  private void write(Path from, Path to, ShrunkClass writer) throws IOException {
    var files = new TreeMap<String, byte[]>();
    try (var jar = new JarFile(from.toFile())) {
      for (var entry : entries(jar)) {
        String name = entry.getName();
        if (isClass(name)) {
          var type = classes.get(name.substring(0, name.length() - ".class".length()));
          if (type != null) {
            writer.bytes(type).ifPresent(shrunk -> files.put(name, shrunk));
          }
        } else if (isNeeded(name)) {
          files.put(name, bytes(jar, entry));
        }
      }
    }
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.setLevel(9);
      for (var file : files.entrySet()) {
        var entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(MODIFIED);
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    Files.write(to, bytes.toByteArray());
  }

  /// Not what is for Maven, for GraalVM and for modules.
  private static boolean isNeeded(String name) {
    return !name.endsWith(".class")
        && !name.startsWith("META-INF/maven/")
        && !name.startsWith("META-INF/native-image/")
        && !name.equals("META-INF/INDEX.LIST");
  }
}
