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
import org.jspecify.annotations.Nullable;

/// The native part of the runtime interface client, unpacked once for all runtimes of a stack. Left
/// alone, each runtime unpacks it to one fixed path, and two that start at once load what the other
/// is just writing.
///
/// Source: aws-lambda-java-runtime-interface-client 2.9.0, `JniHelper`.
final class NativeLibrary {
  private static final String PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private final Path folder;
  private @Nullable Path unpacked;

  NativeLibrary(Path folder) {
    this.folder = folder;
  }

  /// The option that tells a JVM where it is; none where the client brings none for this machine.
  synchronized List<String> jvmOption() {
    String name = fileName();
    try (InputStream in = AWSLambda.class.getResourceAsStream("/jni/" + name)) {
      if (in == null) {
        return List.of();
      }
      Path file = unpacked;
      if (file == null) {
        Files.createDirectories(folder);
        file = folder.resolve(name);
        Path unfinished = Files.createTempFile(folder, "unpacking", ".so");
        Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        unpacked = file;
      }
      return List.of("-D" + PROPERTY + "=" + file.toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String fileName() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String loader = "/lib/ld-musl-" + (arm ? "aarch64" : "x86_64") + ".so.1";
    boolean musl = Files.exists(Path.of(loader)) && !Files.isDirectory(Path.of("/lib64"));
    return "libaws-lambda-jni.linux%s-%s.so"
        .formatted(musl ? "_musl" : "", arm ? "aarch_64" : "x86_64");
  }
}
