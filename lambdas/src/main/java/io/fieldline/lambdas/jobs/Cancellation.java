// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.messages.MessageException;
import java.util.Optional;

/// `{force?, comment?}`, of a job or of what one device does of it.
///
/// @param isForced whether what has begun is to end, too
record Cancellation(boolean isForced, Optional<String> comment) {
  static Cancellation of(ApiRequest request) throws ApiException {
    var body = request.body();
    try {
      body.only("force", "comment");
      return new Cancellation(body.flag("force"), body.optionalText("comment").map(String::strip));
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }
}
