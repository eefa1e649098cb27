// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import io.fieldline.acceptance.pipeline.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An empty token of SoftHSM for one device, which is a process of its own.
final class FieldToken {
  private static final String PIN = "624913";

  private final String label;

  FieldToken(String label, Path folder) throws IOException {
    this.label = label + "-" + ProcessHandle.current().pid();
    Path settings = Path.of(System.getenv("SOFTHSM2_CONF"));
    Path tokens = settings.resolveSibling("softhsm-tokens");
    if (!Files.exists(settings)) {
      Files.createDirectories(tokens);
      Files.writeString(settings, "directories.tokendir = " + tokens + "\n");
    }
    Files.writeString(folder.resolve("pin"), PIN + "\n");
    run("softhsm2-util --init-token --free --label %s --so-pin 9876 --pin %s", this.label, PIN);
  }

  /// The configuration of a device, with its key in this token.
  Path config(Path file) throws IOException {
    String section =
        "  keyIn: token\n  pkcs11: {library: %s, token: %s, key: own, pinFile: pin}\n"
            .formatted(library(), label);
    return Files.writeString(file, Files.readString(file).replace("  key: device.key\n", section));
  }

  private static Path library() {
    return Stream.of("softhsm", "x86_64-linux-gnu/softhsm", "aarch64-linux-gnu/softhsm")
        .map(at -> Path.of("/usr/lib", at, "libsofthsm2.so"))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("libsofthsm2.so expected: install softhsm2"));
  }

  /// What pkcs11-tool says of its objects.
  String objects() {
    return run(
        "pkcs11-tool --module %s --token-label %s --login --pin %s --list-objects",
        library(), label, PIN);
  }

  private static String run(String format, Object... arguments) {
    List<String> command = List.of(format.formatted(arguments).split(" "));
    var ended = Program.run(Path.of("."), Map.of(), Duration.ofSeconds(30), command);
    if (ended.exitCode() != 0) {
      throw new IllegalStateException(command.getFirst() + ": " + ended.output());
    }
    return ended.output();
  }
}
