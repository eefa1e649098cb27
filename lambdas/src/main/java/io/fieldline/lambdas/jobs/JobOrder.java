// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.iot.model.AbortConfig;
import software.amazon.awssdk.services.iot.model.JobExecutionsRetryConfig;
import software.amazon.awssdk.services.iot.model.JobExecutionsRolloutConfig;
import software.amazon.awssdk.services.iot.model.TimeoutConfig;

/// What a person asks for when they make a job.
///
/// @param isContinuous whether devices that come to the groups later get it, too
/// @param conditions how fast it goes to how many, and when it stops
record JobOrder(
    JobDocument document,
    List<String> devices,
    List<String> groups,
    Optional<String> description,
    boolean isContinuous,
    Conditions conditions) {
  /// Source: AWS IoT API Reference, CreateJob, targets.
  private static final int MOST_TARGETS = 100;

  private static final int LONGEST_DESCRIPTION = 2_028;

  /// How a job goes on, each as AWS IoT has it.
  record Conditions(
      Optional<JobExecutionsRolloutConfig> rollout,
      Optional<AbortConfig> abort,
      Optional<TimeoutConfig> timeout,
      Optional<JobExecutionsRetryConfig> retries) {}

  static JobOrder of(JsonObject body, String rotationTemplate) throws MessageException {
    body.only(
        "document",
        "devices",
        "groups",
        "description",
        "continuous",
        "rollout",
        "abort",
        "timeoutMinutes",
        "retries");
    var devices = names(body, "devices");
    var groups = names(body, "groups");
    int targets = devices.size() + groups.size();
    if (targets < 1 || targets > MOST_TARGETS) {
      throw new MessageException(
          "/devices, /groups: expected 1 to "
              + MOST_TARGETS
              + " of both, got "
              + targets
              + "; for more devices make a group");
    }
    boolean isContinuous = body.flag("continuous");
    if (isContinuous && groups.isEmpty()) {
      throw new MessageException(
          "/continuous: expected at least one group, since only a group can have more devices later");
    }
    return new JobOrder(
        JobDocument.of(body.object("document"), rotationTemplate),
        devices,
        groups,
        description(body),
        isContinuous,
        JobConditions.of(body));
  }

  private static List<String> names(JsonObject body, String member) throws MessageException {
    var names = List.copyOf(new LinkedHashSet<>(body.texts(member)));
    for (var name : names) {
      if (!name.matches("[a-zA-Z0-9:_-]{1,128}")) {
        throw new MessageException(
            "/"
                + member
                + ": expected names of letters, digits, ':', '_' or '-', got '"
                + name
                + "'");
      }
    }
    return names;
  }

  private static Optional<String> description(JsonObject body) throws MessageException {
    var text = body.optionalText("description").map(String::strip).filter(t -> !t.isEmpty());
    if (text.isPresent()
        && (text.get().length() > LONGEST_DESCRIPTION || !text.get().matches("[^\\p{C}]+"))) {
      throw new MessageException(
          "/description: expected at most "
              + LONGEST_DESCRIPTION
              + " characters on one line, got "
              + text.get().length());
    }
    return text;
  }
}
