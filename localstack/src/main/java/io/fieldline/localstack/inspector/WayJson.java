// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.ways.Decided;
import io.fieldline.localstack.ways.Excerpt;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Way;
import io.fieldline.localstack.ways.Ways;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// Ways and their steps, as the page reads them.
final class WayJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /// What waits no longer than this does not wait.
  private static final long SHORTEST_WAIT_NANOS = 1_000_000;

  private WayJson() {}

  static String time(Instant instant) {
    return MILLIS.format(instant);
  }

  static ObjectNode page(Ways.Page page, Instant now) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("revision", page.revision())
            .put("since", time(page.since()))
            .put("wholeSince", time(page.wholeSince()))
            .put("forgotten", page.forgotten())
            .put("passed", page.passed())
            .put("now", time(now));
    if (page.isMore()) {
      json.put("isMore", true);
    }
    var ways = json.putArray("ways");
    page.ways().forEach(way -> ways.add(summary(way)));
    return json;
  }

  static ObjectNode whole(Way way) {
    ObjectNode json = summary(way);
    var steps = json.putArray("steps");
    way.steps().forEach(step -> steps.add(step(step)));
    return json;
  }

  private static ObjectNode summary(Way way) {
    Ways.Origin origin = way.origin();
    ObjectNode json =
        JSON.createObjectNode()
            .put("id", way.id())
            .put("revision", way.revision())
            .put("at", time(way.at()))
            .put("kind", lower(origin.kind()))
            .put("name", origin.name())
            .put("device", origin.device().isEmpty() ? null : origin.device())
            .put("principal", origin.principal())
            .put("ms", millis(way.nanos()))
            .put("steps", way.size())
            .put("outcome", lower(way.outcome()));
    return json;
  }

  private static ObjectNode step(Way.Numbered numbered) {
    Step.Seen step = numbered.step();
    ObjectNode json =
        JSON.createObjectNode()
            .put("number", numbered.number())
            .put("parent", numbered.parent() == 0 ? null : numbered.parent())
            .put("lane", lower(step.lane()))
            .put("kind", lower(step.kind()))
            .put("name", step.name())
            .put("resource", step.resource())
            .put("principal", step.principal())
            .put("afterMs", millis(step.afterNanos()))
            .put("ms", step.nanos() < 0 ? null : millis(step.nanos()));
    if (step.waitedNanos() >= SHORTEST_WAIT_NANOS) {
      json.put("waitedMs", millis(step.waitedNanos()));
    }
    json.put("outcome", lower(step.outcome()));
    text(json, "why", step.why());
    if (step.decided() != null) {
      json.set("decision", decision(step.decided()));
    }
    text(json, "request", step.request().text());
    text(json, "answer", step.answer().text());
    text(json, "sql", step.sql());
    text(json, "result", step.result().text());
    if (List.of(step.request(), step.answer(), step.result()).stream().anyMatch(Excerpt::isCut)) {
      json.put("isCut", true);
    }
    if (step.request().isMasked()) {
      json.put("isMasked", true);
    }
    if (!numbered.shared().isEmpty()) {
      numbered.shared().forEach(json.putArray("shared")::add);
    }
    return json;
  }

  private static ObjectNode decision(Decided decided) {
    ObjectNode json = JSON.createObjectNode().put("effect", decided.effect());
    text(json, "policy", decided.policy());
    if (!decided.statement().isEmpty()) {
      try {
        json.set("statement", JSON.readTree(decided.statement()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a statement is no JSON: " + decided.statement(), e);
      }
    }
    return json;
  }

  private static void text(ObjectNode json, String name, String text) {
    if (!text.isEmpty()) {
      json.put(name, text);
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }
}
