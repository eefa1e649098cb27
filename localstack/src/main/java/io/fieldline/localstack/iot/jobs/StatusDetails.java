// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a device tells about its progress.
///
/// Source: AWS IoT API reference, "UpdateJobExecution": at most ten pairs; keys of 1 to 128
/// characters, values of 1 to 1,024.
final class StatusDetails {
  private static final int MOST = 10;
  private static final int LONGEST = 1024;
  private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9:_-]{1,128}");
  private static final Pattern VALUE = Pattern.compile("[^\\p{C}]+");

  private StatusDetails() {}

  static @Nullable Map<String, String> checked(@Nullable Map<String, String> details) {
    if (details == null) {
      return null;
    }
    if (details.size() > MOST) {
      throw JobFailure.invalidRequest(
          "statusDetails: expected at most " + MOST + " pairs, got " + details.size());
    }
    details.forEach((key, value) -> {
      if (!KEY.matcher(key).matches()) {
        throw JobFailure.invalidRequest(
            "statusDetails: expected a key of " + KEY + ", got \"" + key + "\"");
      }
      if (value.length() > LONGEST || !VALUE.matcher(value).matches()) {
        throw JobFailure.invalidRequest(
            "statusDetails/"
                + key
                + ": expected 1 to "
                + LONGEST
                + " characters without control characters, got "
                + value.length());
      }
    });
    return details;
  }
}
