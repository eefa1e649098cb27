// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.identity;

import io.fieldline.localstack.api.Principal;
import java.util.List;
import java.util.Optional;

/// Who an access key belongs to.
public interface AccessKeys {
  /// The owner of a key and the secrets that it may sign with; empty where the key is unknown.
  Optional<Credentials> find(String accessKeyId);

  /// @param secrets any of which verifies
  /// @param sessionToken that must come with the key, if any
  record Credentials(
      Principal principal, String accountId, List<String> secrets, Optional<String> sessionToken) {}
}
