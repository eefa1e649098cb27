// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A token of SoftHSM, which is software, with a label of its own.
public final class SoftToken {
  /// Whoever makes or copies tokens does so alone: they are files of one folder.
  public static final String TOKENS = "the tokens of SoftHSM";

  /// Its user's PIN.
  public static final String PIN = "624913";

  /// The library sees those only that were there when it was loaded.
  private static final Queue<String> MADE = made(24);

  private final String label;

  /// A token that no other test has.
  public SoftToken() {
    this.label = MADE.remove();
  }

  private static Queue<String> made(int count) {
    try {
      configure();
      Queue<String> labels = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < count; i++) {
        String label = "token-" + ProcessHandle.current().pid() + "-" + i;
        run(
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--so-pin",
            "9876",
            "--pin",
            PIN);
        labels.add(label);
      }
      return labels;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void configure() throws IOException {
    String where = System.getenv("SOFTHSM2_CONF");
    if (where == null) {
      throw new IllegalStateException(
          "SOFTHSM2_CONF expected in the environment, as Maven sets it");
    }
    Path file = Path.of(where);
    Path tokens = file.resolveSibling("softhsm-tokens");
    if (!Files.exists(file)) {
      Files.createDirectories(tokens);
      Files.writeString(file, "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
    }
  }

  /// The library of all such tokens.
  public static Path library() {
    return List.of(
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
            "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
        .stream()
        .map(Path::of)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("libsofthsm2.so expected: install softhsm2"));
  }

  /// All tokens, copied into a folder with a configuration `softhsm2.conf`.
  public static Path copyTo(Path folder) throws IOException {
    Path from = Path.of(System.getenv("SOFTHSM2_CONF")).resolveSibling("softhsm-tokens");
    Path to = folder.resolve("tokens");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    Files.writeString(folder.resolve("softhsm2.conf"), "directories.tokendir = " + to + "\n");
    return to;
  }

  /// Its label.
  public String label() {
    return label;
  }

  /// Puts a key pair into it, PKCS #8 in PEM.
  public void put(String key, Path pem) throws Exception {
    run(
        "softhsm2-util",
        "--import",
        pem.toString(),
        "--token",
        label,
        "--label",
        key,
        "--id",
        "01",
        "--pin",
        PIN);
  }

  /// Puts a certificate into it, DER.
  public void putCertificate(String name, Path der) throws Exception {
    run(
        "pkcs11-tool",
        "--module",
        library().toString(),
        "--token-label",
        label,
        "--login",
        "--pin",
        PIN,
        "--write-object",
        der.toString(),
        "--type",
        "cert",
        "--label",
        name);
  }

  /// The configuration of an agent that says `key: key.pem`, with the key in this token instead.
  /// The PIN's file is beside it.
  public Path config(Path file, String key, String more) throws IOException {
    Path pin = file.resolveSibling("pin");
    if (!Files.exists(pin)) {
      Files.writeString(pin, PIN + "\n");
    }
    String section =
        "  keyIn: token\n  pkcs11: {library: %s, token: %s, key: %s, pinFile: pin%s}\n"
            .formatted(library(), label, key, more);
    return Files.writeString(
        file, Files.readString(file).replaceFirst("(?m)^  key: \\S+\n", section));
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException(
          "%s: %s, %s".formatted(Map.of("command", command[0]), Optional.of(said), process));
    }
  }
}
