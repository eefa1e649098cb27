// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

import java.io.IOException;
import java.security.PublicKey;
import java.util.Optional;

/// The keys with which the user pool signs.
interface SigningKeys {
  /// The key of that identifier, if the user pool has it.
  Optional<PublicKey> key(String identifier) throws IOException;
}
