// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;

/// Who does what the queue tells of.
///
/// @param deletions of `{"thing", "round"}`
/// @param groups of `{"group"}`, one that goes
/// @param placement of `{"provisioned", "look"}`, a thing
record FleetWork(DeletionWork deletions, GroupWork groups, Placement placement) {
  void take(String body) throws MessageException, ApiException {
    var message = JsonObject.parse(body);
    if (message.has("group")) {
      groups.take(message.text("group"));
    } else if (message.has("provisioned")) {
      placement.take(message.text("provisioned"), (int) message.whole("look"));
    } else {
      deletions.take(message.text("thing"), (int) message.whole("round"));
    }
  }
}
