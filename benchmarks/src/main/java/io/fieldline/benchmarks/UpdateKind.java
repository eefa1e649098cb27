// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Updates that an agent may be sent.
enum UpdateKind {
  /// Not the bytes that were signed.
  CORRUPT,
  /// Not signed by the device's key.
  WRONG_SIGNATURE,
  /// Ends at once.
  CRASH_LOOP,
  /// Does nothing.
  HANG,
  /// Runs, and finds no cloud.
  NO_NETWORK,
  /// As it should be.
  GOOD;

  static final String VERSION = "2";

  private static final String CHECKED = "case \"$*\" in *--check) exit 0 ;; esac\n";

  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether it gets as far as to be started.
  boolean isTried() {
    return this != CORRUPT && this != WRONG_SIGNATURE;
  }

  /// The archive that is signed.
  byte[] archive(UpdateSigner signer, Path image) throws IOException {
    return switch (this) {
      case CORRUPT, WRONG_SIGNATURE, GOOD -> signer.whole(image, this, "");
      case CRASH_LOOP -> signer.small(this, CHECKED + "exit 1\n");
      case HANG -> signer.small(this, CHECKED + "exec sleep 1000\n");
      case NO_NETWORK ->
          signer.whole(
              image,
              this,
              """
              case "$*" in *--check) ;; *)
                sed 's/endpoint:.*/endpoint: localhost:1/' "$2" >"$2.offline"
                set -- --config "$2.offline" ;;
              esac
              """);
    };
  }

  /// What devices are given in its place.
  byte[] served(byte[] archive) {
    if (this != CORRUPT) {
      return archive;
    }
    byte[] other = archive.clone();
    other[other.length / 2]++;
    return other;
  }

  static void program(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " could not be made executable");
    }
  }
}
