// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

/// The physical names that are part of a contract with something outside the stack: the agent's
/// topics, a person's command line, the browser's connection.
///
/// @param stage the stage's name
public record Names(String stage) {

  /// A rule: its name is the topic's second level under Basic Ingest, letters, digits and
  /// underscores only.
  String rule(String what) {
    return "fieldline_" + stage + "_" + what;
  }

  /// Anything else: function, queue, policy, thing type, authorizer, user pool.
  public String of(String what) {
    return "fieldline-" + stage + "-" + what;
  }

  /// The log group of one function.
  String logGroup(PipelineFunction function) {
    return "/fieldline/" + stage + "/" + function.label();
  }
}
