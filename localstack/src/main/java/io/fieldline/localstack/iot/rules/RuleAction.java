// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.util.Optional;

/// One kind of rule action, ready to run. Throws `AwsFailure`, `ActionFailure` or `LookupFailure`
/// where it could not be carried out. Safe to share between threads.
interface RuleAction {
  /// As the error document names it, such as `SqsAction`.
  String name();

  /// The request it makes; where this stack does not have that operation the action is refused.
  Class<?> requestType();

  /// What it acts on, as the error document names it.
  String resource(Firing firing);

  /// The role it runs as; a Lambda action has none.
  Optional<String> roleArn();

  void run(Firing firing, ActionCalls calls);
}
