// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Makes archives of updates and signs them, with a key that devices know.
final class UpdateSigner {

  private final Path folder;
  private final KeyPair keys;

  UpdateSigner(Path folder) throws GeneralSecurityException, IOException {
    this.folder = folder;
    this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Files.writeString(
        publicKey(),
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
  }

  Path publicKey() {
    return folder.resolve("update.pub.pem");
  }

  /// A whole image, whose launcher does that first.
  byte[] whole(Path image, UpdateKind kind, String first) throws IOException {
    Path copy = folder.resolve("image-" + kind.id());
    run("cp", "-a", image.toString(), copy.toString());
    Path program = copy.resolve("bin/fieldline-agent");
    if (!first.isEmpty()) {
      Path launcher = copy.resolve("bin/launcher");
      Files.move(program, launcher, StandardCopyOption.REPLACE_EXISTING);
      UpdateKind.program(program, first + "exec \"$(dirname \"$0\")/launcher\" \"$@\"\n");
    }
    return packed(copy);
  }

  /// An image that is one script.
  byte[] small(UpdateKind kind, String does) throws IOException {
    Path image = folder.resolve("image-" + kind.id());
    Files.createDirectories(image.resolve("bin"));
    UpdateKind.program(image.resolve("bin/fieldline-agent"), does);
    return packed(image);
  }

  private byte[] packed(Path image) throws IOException {
    Files.writeString(image.resolve("version"), UpdateKind.VERSION + "\n");
    Path archive = folder.resolve(image.getFileName() + ".tar.gz");
    run(
        "sh",
        "-c",
        "cd '%s' && tar --format=ustar --dereference --hard-dereference -czf '%s' -- *"
            .formatted(image, archive));
    return Files.readAllBytes(archive);
  }

  private void run(String... command) {
    try (Program program = Program.start(folder, Map.of(), List.of(command))) {
      program.ended(Duration.ofMinutes(2));
    }
  }

  /// The job's document.
  String document(UpdateKind kind, byte[] archive, String url) throws GeneralSecurityException {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(
        kind == UpdateKind.WRONG_SIGNATURE
            ? KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate()
            : keys.getPrivate());
    signature.update(("fieldline-agent update sha256:" + sha256).getBytes());
    return ("{\"fieldline\":{\"type\":\"update\",\"version\":\"%s\",\"url\":\"%s\",\"bytes\":%d,"
            + "\"unpackedBytes\":%d,\"sha256\":\"%s\",\"signature\":\"%s\"}}")
        .formatted(
            UpdateKind.VERSION,
            url,
            archive.length,
            200_000_000,
            sha256,
            Base64.getEncoder().encodeToString(signature.sign()));
  }
}
