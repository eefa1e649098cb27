// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import java.util.Map;
import java.util.Set;

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

  /// @param answer of jobs with `code` and `message`, of provisioning with `errorCode` and
  ///   `errorMessage`
  ServiceRejection(Map<String, Object> answer) {
    super(
        String.valueOf(
            answer.getOrDefault(
                "errorMessage", answer.getOrDefault("message", "no reason given"))));
    this.code = String.valueOf(answer.getOrDefault("errorCode", answer.getOrDefault("code", "?")));
  }

  /// Its name for the reason.
  public String code() {
    return code;
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
