// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// What each function's process needs beside AWS's runtime client, unpacked once for a stack:
/// {@link FunctionMain}, and the client's native part. Left alone, each process unpacks that to one
/// fixed path, and two that start at once load what the other is just writing.
///
/// Source: aws-lambda-java-runtime-interface-client 2.9.0, `JniHelper`.
final class RuntimeFolder {
  private static final System.Logger LOG = System.getLogger(RuntimeFolder.class.getName());
  private static final String NATIVE_PART =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";
  private static final String MAIN = FunctionMain.class.getName().replace('.', '/') + ".class";

  private static final String JAR = "function-main.jar";

  private final Path folder;
  private boolean unpacked;

  RuntimeFolder(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /// Holds {@link FunctionMain}.
  synchronized Path jar() {
    unpack();
    return folder.resolve(JAR);
  }

  /// Tells a JVM where the native part is; nothing where the client brings none for this machine.
  synchronized List<String> options() {
    unpack();
    Path file = folder.resolve(nativePart());
    return Files.exists(file) ? List.of("-D" + NATIVE_PART + "=" + file) : List.of();
  }

  private void unpack() {
    if (unpacked) {
      return;
    }
    try {
      Files.createDirectories(folder);
      pack(folder.resolve(JAR));
      boolean known = copy(AWSLambda.class, "/jni/" + nativePart(), folder.resolve(nativePart()));
      LOG.log(System.Logger.Level.DEBUG, "native part for this machine: " + known);
      unpacked = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same to the byte each time: what was prepared from it stays good.
  private static void pack(Path jar) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (InputStream in = FunctionMain.class.getResourceAsStream("/" + MAIN);
        var zip = new ZipOutputStream(bytes)) {
      if (in == null) {
        throw new IllegalStateException("this program lacks its own " + MAIN);
      }
      var entry = new ZipEntry(MAIN);
      entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
      zip.putNextEntry(entry);
      in.transferTo(zip);
    }
    if (!Files.exists(jar) || !Arrays.equals(Files.readAllBytes(jar), bytes.toByteArray())) {
      move(new ByteArrayInputStream(bytes.toByteArray()), jar);
    }
  }

  /// Returns whether there is such a resource.
  private static boolean copy(Class<?> beside, String resource, Path to) throws IOException {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        return false;
      }
      Files.createDirectories(to.getParent());
      move(in, to);
      return true;
    }
  }

  private static void move(InputStream in, Path to) throws IOException {
    Path unfinished = Files.createTempFile(to.getParent(), "unpacking", null);
    Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
    Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String nativePart() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String loader = "/lib/ld-musl-" + (arm ? "aarch64" : "x86_64") + ".so.1";
    boolean musl = Files.exists(Path.of(loader)) && !Files.isDirectory(Path.of("/lib64"));
    return "libaws-lambda-jni.linux%s-%s.so"
        .formatted(musl ? "_musl" : "", arm ? "aarch_64" : "x86_64");
  }
}
