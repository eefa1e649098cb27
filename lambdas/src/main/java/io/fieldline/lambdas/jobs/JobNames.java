// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How AWS IoT names what the API names. An account has one list of jobs for all its stages, so
/// that each stage's begin with its own name.
///
/// @param prefix what the identifiers of this stage's jobs begin with, and the names of its groups
/// @param arns what the ARNs of AWS IoT in this account and region begin with, with a colon at the
///   end
record JobNames(String prefix, String arns) {
  String awsId(String job) {
    return prefix + job;
  }

  /// The API's name of a job, if it is one of this stage.
  Optional<String> ours(String awsId) {
    return awsId.startsWith(prefix)
        ? Optional.of(awsId.substring(prefix.length()))
        : Optional.empty();
  }

  List<String> targets(JobOrder order) {
    return Stream.concat(
            order.devices().stream().map(device -> arns + "thing/" + device),
            order.groups().stream().map(group -> arns + "thinggroup/" + prefix + group))
        .toList();
  }

  static String thing(String arn) {
    return arn.substring(arn.indexOf('/') + 1);
  }
}
