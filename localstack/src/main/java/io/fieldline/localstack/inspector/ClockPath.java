// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.wire.WireRequest;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Set;

/// The stack's clock: read, and moved forward.
final class ClockPath {
  static final String PATH = "/_local/clock";

  /// So that a slip of the hand does not let everything expire that there ever will be.
  private static final Duration MOST = Duration.ofDays(366);

  private final StackClock clock;

  ClockPath(StackClock clock) {
    this.clock = clock;
  }

  ObjectNode answer(WireRequest request) throws IOException {
    if (!request.method().equals("GET")) {
      Inspector.only("POST", request);
      clock.advance(by(Body.of(request, Set.of("by")).path("by")));
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("now", WayJson.time(clock.instant()))
        .put("ahead", clock.ahead().toString());
  }

  private static Duration by(JsonNode given) {
    try {
      Duration by = Duration.parse(given.asText());
      if (by.isPositive() && by.compareTo(MOST) <= 0) {
        return by;
      }
    } catch (DateTimeException noDuration) {
      // Refused as one that is out of range.
    }
    throw Refusal.expected(
        "by, a duration forward of at most " + MOST.toDays() + " days such as PT1M",
        given.isMissingNode() ? "none" : given.toString());
  }
}
