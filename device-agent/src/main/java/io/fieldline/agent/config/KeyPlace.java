// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where the thing's private key is.
public sealed interface KeyPlace {
  /// In a file, PEM.
  record InFile(Path path) implements KeyPlace {}

  /// In a token, which it does not leave.
  ///
  /// @param library the maker's PKCS #11 library
  /// @param token the token's label
  /// @param key the key's label in it
  /// @param pinFile a file with the user's PIN
  /// @param certificate label of the certificate in the token; empty where it is a file
  /// @param restartAfter without the token for so long, a new start looks for it again
  record InToken(
      Path library,
      String token,
      String key,
      Path pinFile,
      Optional<String> certificate,
      Duration restartAfter)
      implements KeyPlace {}
}
