// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.json.JsonText;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A service of AWS IoT answered that it will not do what it was asked.
public final class ServiceRejection extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Set<String> FOR_NOW =
      Set.of(
          "Throttled",
          "ThrottlingException",
          "TooManyRequests",
          "RequestThrottled",
          "InternalError",
          "InternalFailure",
          "ServiceUnavailable");

  private final String code;
  private final @Nullable Long version;

  /// @param answer of jobs with `code` and `message`, of provisioning with `errorCode` and
  ///   `errorMessage`
  ServiceRejection(Map<String, Object> answer) {
    super(
        String.valueOf(
            answer.getOrDefault(
                "errorMessage", answer.getOrDefault("message", "no reason given"))));
    this.version =
        JsonText.object(answer.get("executionState"))
            .map(state -> state.get("versionNumber"))
            .filter(Long.class::isInstance)
            .map(Long.class::cast)
            .orElse(null);
    this.code = String.valueOf(answer.getOrDefault("errorCode", answer.getOrDefault("code", "?")));
  }

  /// Its name for the reason.
  public String code() {
    return code;
  }

  /// The version of a job's execution, where the answer says it.
  public Optional<Long> version() {
    return Optional.ofNullable(version);
  }

  /// What it said.
  public String reason() {
    return String.valueOf(getMessage());
  }

  /// Whether the same request may succeed later with nothing changed.
  public boolean isForNow() {
    return FOR_NOW.contains(code);
  }
}
