// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What the stack's inspector tells of messages and calls.
public final class Ways {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST = 1_000;

  private final URI endpoint;
  private final HttpClient http = HttpClient.newHttpClient();

  public Ways(URI endpoint) {
    this.endpoint = endpoint;
  }

  private JsonNode get(String path) {
    try {
      var answer =
          http.send(
              HttpRequest.newBuilder(endpoint.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString());
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError("the inspector does not answer " + path, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What was changed last, to be asked later for what came after.
  public long revision() {
    return get("/_local/ways?limit=1").path("revision").asLong();
  }

  /// The ways, with their steps, that began or changed after that and are so, the newest first.
  public List<JsonNode> after(long revision, Predicate<JsonNode> summary) {
    var found = new ArrayList<JsonNode>();
    for (JsonNode way : get("/_local/ways?limit=" + MOST + "&since=" + revision).path("ways")) {
      if (summary.test(way)) {
        found.add(get("/_local/ways/" + way.path("id").asText()));
      }
    }
    return found;
  }

  /// The first of them that is whole enough.
  public JsonNode await(String what, Predicate<JsonNode> summary, Predicate<JsonNode> way) {
    return Await.until(
            what,
            Duration.ofSeconds(30),
            () -> after(0, summary).stream().filter(way).toList(),
            found -> !found.isEmpty())
        .getFirst();
  }

  /// The steps of a way that are so.
  public static List<JsonNode> steps(JsonNode way, Predicate<JsonNode> wanted) {
    var found = new ArrayList<JsonNode>();
    for (JsonNode step : way.path("steps")) {
      if (wanted.test(step)) {
        found.add(step);
      }
    }
    return found;
  }
}
