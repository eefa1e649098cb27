// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A thing of the fleet and where its certificate is.
///
/// @param folder holds `device.pem.crt` and `private.pem.key`
record FleetIdentity(String thing, Path folder) {
  private static final String CERTIFICATE = "device.pem.crt";
  private static final String KEY = "private.pem.key";

  /// The fleet of a folder: a folder a thing; or one certificate for all, and their names in
  /// `things`.
  static List<FleetIdentity> of(Path fleet) throws IOException {
    if (!Files.isDirectory(fleet)) {
      throw new FleetException("--fleet: a folder expected, got " + fleet);
    }
    List<FleetIdentity> all;
    if (Files.exists(fleet.resolve(CERTIFICATE))) {
      all =
          Files.readAllLines(fleet.resolve("things")).stream()
              .map(String::strip)
              .filter(thing -> !thing.isEmpty())
              .map(thing -> new FleetIdentity(thing, fleet))
              .toList();
    } else {
      try (var folders = Files.list(fleet)) {
        all =
            folders
                .filter(folder -> Files.exists(folder.resolve(CERTIFICATE)))
                .sorted()
                .map(folder -> new FleetIdentity(folder.getFileName().toString(), folder))
                .toList();
      }
    }
    if (all.isEmpty()) {
      throw new FleetException(
          "--fleet: a folder for each thing with "
              + CERTIFICATE
              + " and "
              + KEY
              + " expected in "
              + fleet
              + "; `fieldline agent fleet create` makes them");
    }
    return all;
  }

  Path certificate() {
    return folder.resolve(CERTIFICATE).toAbsolutePath();
  }

  Path key() {
    return folder.resolve(KEY).toAbsolutePath();
  }
}
