// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// The topics of one thing's jobs.
///
/// Source: AWS IoT Core Developer Guide, Jobs device MQTT API operations.
///
/// @param prefix what all of them begin with, without a slash at its end
public record JobTopics(String prefix) {
  /// Another execution is the next one, or none is left.
  public String notifyNext() {
    return prefix + "/notify-next";
  }

  /// Asks for the next execution and marks it as begun.
  public String startNext() {
    return prefix + "/start-next";
  }

  /// Asks which execution is the next one.
  public String getNext() {
    return get("$next");
  }

  /// Asks how an execution stands.
  public String get(String jobId) {
    return prefix + "/" + jobId + "/get";
  }

  /// Reports how an execution goes.
  public String update(String jobId) {
    return prefix + "/" + jobId + "/update";
  }
}
