// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.identity;

import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.iam.Users;
import java.util.List;
import java.util.Optional;

/// The keys of this stack: sessions issued by STS, users' keys made by IAM, and the person at this
/// machine.
///
/// Any other key is the account's root: of the account that a key of 12 digits names, else of the
/// stack's own. Its secret is `test` or the key itself, so that the usual `test`/`test` works and a
/// wrong secret is still refused. A key that AWS would have issued (`ASIA…`) must be known here.
public final class StackKeys implements AccessKeys {
  private final String account;
  private final Sessions sessions;
  private final Users users;

  public StackKeys(String account, Sessions sessions, Users users) {
    this.account = account;
    this.sessions = sessions;
    this.users = users;
  }

  @Override
  public Optional<Credentials> find(String accessKeyId) {
    if (accessKeyId.startsWith("ASIA")) {
      return sessions.find(accessKeyId);
    }
    Optional<Principal> user = users.principalOf(accessKeyId);
    if (user.isPresent()) {
      List<String> secret = users.secretOf(accessKeyId).stream().toList();
      return Optional.of(new Credentials(user.get(), account, secret, Optional.empty()));
    }
    String owner = accessKeyId.matches("\\d{12}") ? accessKeyId : account;
    return Optional.of(
        new Credentials(
            new Principal.Root(owner), owner, List.of("test", accessKeyId), Optional.empty()));
  }
}
