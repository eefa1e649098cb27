// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/// The public keys of token issuers.
@FunctionalInterface
public interface TokenKeys {
  /// @return empty where the issuer or its key is not known
  Optional<RSAPublicKey> key(String issuer, String keyId);
}
