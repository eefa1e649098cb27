// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

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

  private final Path folder;
  private boolean unpacked;

  RuntimeFolder(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /// Where {@link FunctionMain} is.
  synchronized Path classes() {
    unpack();
    return folder;
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
      if (!copy(FunctionMain.class, "/" + MAIN, folder.resolve(MAIN))) {
        throw new IllegalStateException("this program lacks its own " + MAIN);
      }
      boolean known = copy(AWSLambda.class, "/jni/" + nativePart(), folder.resolve(nativePart()));
      LOG.log(System.Logger.Level.DEBUG, "native part for this machine: " + known);
      unpacked = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Returns whether there is such a resource.
  private static boolean copy(Class<?> beside, String resource, Path to) throws IOException {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        return false;
      }
      Files.createDirectories(to.getParent());
      Path unfinished = Files.createTempFile(to.getParent(), "unpacking", null);
      Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
      Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    }
  }

  private static String nativePart() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String loader = "/lib/ld-musl-" + (arm ? "aarch64" : "x86_64") + ".so.1";
    boolean musl = Files.exists(Path.of(loader)) && !Files.isDirectory(Path.of("/lib64"));
    return "libaws-lambda-jni.linux%s-%s.so"
        .formatted(musl ? "_musl" : "", arm ? "aarch_64" : "x86_64");
  }
}
