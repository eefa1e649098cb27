// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.json.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// One job for this thing, once.
///
/// Source: AWS IoT Core Developer Guide, JobExecution data type.
///
/// @param number tells a job's executions apart, as when it is tried again
/// @param version counts the changes of its state
/// @param begun whether the cloud knows it as begun
/// @param document what is to be done
record JobExecution(
    String jobId, long number, long version, boolean begun, Map<String, Object> document) {

  /// One that a person at the device asked for, of which the cloud does not know: AWS counts
  /// executions from 1.
  static JobExecution local(String name, Map<String, Object> document) {
    return new JobExecution(name, 0, 0, true, document);
  }

  boolean isLocal() {
    return number == 0;
  }

  /// The execution of an answer; empty if there is none.
  static Optional<JobExecution> of(Map<String, Object> answer) {
    return JsonText.object(answer.get("execution")).flatMap(JobExecution::ofMembers);
  }

  static Optional<JobExecution> ofMembers(Map<String, Object> members) {
    if (members.get("jobId") instanceof String jobId
        && members.get("executionNumber") instanceof Long number
        && members.get("versionNumber") instanceof Long version) {
      return Optional.of(
          new JobExecution(
              jobId,
              number,
              version,
              "IN_PROGRESS".equals(members.get("status")),
              JsonText.object(members.get("jobDocument")).orElse(Map.of())));
    }
    return Optional.empty();
  }

  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("jobId", jobId);
    members.put("executionNumber", number);
    members.put("versionNumber", version);
    members.put("status", begun ? "IN_PROGRESS" : "QUEUED");
    members.put("jobDocument", document);
    return members;
  }

  JobExecution begunAs(long newVersion) {
    return new JobExecution(jobId, number, newVersion, true, document);
  }

  /// Unlike any other execution's.
  String name() {
    return jobId + "#" + number;
  }
}
