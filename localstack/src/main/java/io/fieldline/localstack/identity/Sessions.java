// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.identity;

import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Temporary credentials, by access key. Authentication keeps wall time. Thread-safe.
public final class Sessions {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final Map<String, Session> sessions;
  private final InstantSource wall;
  private final RandomGenerator random;

  /// @param random the secrets' source: a cryptographically strong one
  public Sessions(Store store, InstantSource wall, RandomGenerator random) {
    this.sessions = store.map("sts.sessions", Session.class);
    this.wall = wall;
    this.random = random;
  }

  /// @param role null for the account's root
  record Session(
      String accessKeyId,
      String secret,
      String token,
      String account,
      @Nullable String role,
      String name,
      Instant expires) {}

  /// Credentials for a session of a role.
  public IssuedKey ofRole(String account, String role, String name, Duration lifetime) {
    return issue(account, role, name, lifetime);
  }

  /// Credentials for a session of the account's root.
  public IssuedKey ofRoot(String account, Duration lifetime) {
    return issue(account, null, "root", lifetime);
  }

  /// What the holder of a session needs to sign.
  public record IssuedKey(
      String accessKeyId, String secret, String sessionToken, Instant expires) {}

  private IssuedKey issue(String account, @Nullable String role, String name, Duration lifetime) {
    sessions.entrySet().stream()
        .filter(s -> s.getValue().expires().isBefore(wall.instant()))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(sessions::remove);
    var key =
        new IssuedKey("ASIA" + letters(16), base64(30), base64(96), wall.instant().plus(lifetime));
    sessions.put(
        key.accessKeyId(),
        new Session(
            key.accessKeyId(),
            key.secret(),
            key.sessionToken(),
            account,
            role,
            name,
            key.expires()));
    return key;
  }

  Optional<AccessKeys.Credentials> find(String accessKeyId) {
    return Optional.ofNullable(sessions.get(accessKeyId))
        .filter(s -> s.expires().isAfter(wall.instant()))
        .map(s ->
            new AccessKeys.Credentials(
                s.role() == null
                    ? new Principal.Root(s.account())
                    : new Principal.RoleSession(s.account(), s.role(), s.name()),
                s.account(),
                List.of(s.secret()),
                Optional.of(s.token())));
  }

  private String letters(int count) {
    var text = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private String base64(int bytes) {
    byte[] raw = new byte[bytes];
    random.nextBytes(raw);
    return Base64.getEncoder().encodeToString(raw);
  }
}
