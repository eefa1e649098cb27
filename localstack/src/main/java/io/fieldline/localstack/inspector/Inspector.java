// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Way;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The inspector's paths. Thread-safe.
public final class Inspector implements WebPaths.WebPath {
  private static final String WAYS = "/_local/ways";
  private static final String AGAIN = "/again";
  private static final int MOST_WAYS = 1_000;
  private static final int USUAL_WAYS = 200;

  private final Ways ways;
  private final StackClock clock;
  private final ClockPath clockPath;
  private final FaultPaths faults;

  public Inspector(Ways ways, StackClock clock, PlannedFaults faults) {
    this.ways = ways;
    this.clock = clock;
    this.clockPath = new ClockPath(clock);
    this.faults = new FaultPaths(faults);
  }

  @Override
  public Optional<WireResponse> handle(String host, String path, WireRequest request)
      throws IOException {
    if (!isOwn(path, Page.PATH)
        && !isOwn(path, WAYS)
        && !path.equals(ClockPath.PATH)
        && !isOwn(path, FaultPaths.PATH)) {
      return Optional.empty();
    }
    try {
      Visitor.mayLook(host);
      if (!request.method().equals("GET")) {
        Visitor.mayChange(request);
      }
      return Optional.of(answer(path, request));
    } catch (Refusal refusal) {
      ObjectNode error = JsonNodeFactory.instance.objectNode().put("message", refusal.message());
      return Optional.of(json(refusal.status(), error));
    }
  }

  private static boolean isOwn(String path, String base) {
    return path.equals(base) || path.startsWith(base + "/");
  }

  private WireResponse answer(String path, WireRequest request) throws IOException {
    if (isOwn(path, Page.PATH)) {
      only("GET", request);
      return Page.file(path).orElseThrow(() -> new Refusal(404, "there is no file " + path));
    }
    if (path.equals(ClockPath.PATH)) {
      return json(200, clockPath.answer(request));
    }
    if (isOwn(path, FaultPaths.PATH)) {
      return json(200, faults.answer(path, request));
    }
    if (path.equals(WAYS)) {
      only("GET", request);
      return json(200, WayJson.page(changed(request), clock.instant()));
    }
    String rest = path.substring(WAYS.length() + 1);
    if (rest.endsWith(AGAIN)) {
      only("POST", request);
      return json(200, again(way(rest.substring(0, rest.length() - AGAIN.length()))));
    }
    only("GET", request);
    return json(200, WayJson.whole(way(rest)));
  }

  private Ways.Page changed(WireRequest request) {
    long since = number(request, "since", 0, 0, Long.MAX_VALUE);
    return ways.changedAfter(since, (int) number(request, "limit", USUAL_WAYS, 1, MOST_WAYS));
  }

  private static long number(WireRequest request, String name, long usual, long least, long most) {
    List<String> given = request.parameters().getOrDefault(name, List.of());
    if (given.isEmpty()) {
      return usual;
    }
    String text = given.getFirst();
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException noNumber) {
      // Refused as one that is out of range.
    }
    throw Refusal.expected(name + " from " + least + " to " + most, text);
  }

  private Way way(String id) {
    return ways.way(id)
        .orElseThrow(() -> new Refusal(404, "there is no way " + id + ", or it was forgotten"));
  }

  private static ObjectNode again(Way way) {
    Supplier<Step> publish =
        way.again()
            .orElseThrow(() ->
                new Refusal(
                    409,
                    "expected a way that began with a message that was kept whole, got "
                        + way.origin().name()));
    return JsonNodeFactory.instance.objectNode().put("id", publish.get().wayId());
  }

  static void only(String method, WireRequest request) {
    if (!request.method().equals(method)) {
      throw new Refusal(405, "expected " + method + ", got " + request.method());
    }
  }

  static WireResponse json(int status, JsonNode body) {
    return WireResponse.text(status, "application/json", body.toString())
        .with("X-Content-Type-Options", "nosniff")
        .with("Cache-Control", "no-store");
  }
}
