// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Value;

/// One rule fired by one message: what an action of it sees.
///
/// @param payload what the action delivers: the result of SELECT, or the error document
record Firing(String rule, Message message, LookupFunctions lookups, Value value, byte[] payload) {
  /// A field of the action, with the original message in its expressions.
  String render(SubstitutionTemplate template) {
    return template.render(message, lookups);
  }
}
