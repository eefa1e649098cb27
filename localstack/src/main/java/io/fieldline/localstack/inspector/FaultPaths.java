// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.wire.WireRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/// Faults as they are planned, listed and taken away.
final class FaultPaths {
  static final String PATH = "/_local/faults";

  private static final Set<String> MEMBERS =
      Set.of(
          "service", "operation", "principal", "nth", "probability", "fault", "error", "delayMs");

  private static final Pattern SERVICE = Pattern.compile("[a-z0-9]{2,40}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.]{1,100}");
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
  private static final int MOST_CHARACTERS = 500;

  private final PlannedFaults faults;

  FaultPaths(PlannedFaults faults) {
    this.faults = faults;
  }

  ObjectNode answer(String path, WireRequest request) throws IOException {
    if (!path.equals(PATH)) {
      Inspector.only("DELETE", request);
      String id = path.substring(PATH.length() + 1);
      return faults
          .remove(id)
          .map(FaultPaths::json)
          .orElseThrow(() -> new Refusal(404, "there is no fault " + id));
    }
    if (request.method().equals("GET")) {
      ObjectNode all = JsonNodeFactory.instance.objectNode();
      var list = all.putArray("faults");
      faults.all().forEach(each -> list.add(json(each)));
      return all;
    }
    Inspector.only("POST", request);
    Fault fault = fault(Body.of(request, MEMBERS));
    if (!faults.plan(fault)) {
      throw new Refusal(409, "expected at most " + PlannedFaults.MOST + " faults at a time");
    }
    return json(
        faults.all().stream().filter(p -> p.fault().equals(fault)).findFirst().orElseThrow());
  }

  private Fault fault(JsonNode json) {
    String service = matching(json, "service", SERVICE, "the SDK's name, such as dynamodb");
    String operation =
        absent(json, "operation") ? "" : matching(json, "operation", NAME, "such as PutItem");
    String principal = absent(json, "principal") ? "" : json.path("principal").asText();
    if (principal.length() > MOST_CHARACTERS) {
      throw Refusal.expected("principal of at most 500 characters", "" + principal.length());
    }
    long nth = absent(json, "nth") ? 0 : whole(json, "nth", 1, Integer.MAX_VALUE);
    if (nth > 0 && !absent(json, "probability")) {
      throw Refusal.expected("nth or probability", "both");
    }
    double probability = absent(json, "probability") ? 1 : json.path("probability").asDouble(-1);
    if (!(probability > 0 && probability <= 1)) {
      throw Refusal.expected("probability above 0, at most 1", json.path("probability").toString());
    }
    return new Fault(faults.newId(), service, operation, principal, nth, probability, what(json));
  }

  private static Fault.What what(JsonNode json) {
    String kind = json.path("fault").asText();
    return switch (kind) {
      case "error" ->
          new Fault.What.Failure(
              matching(json, "error", NAME, "a code such as ThrottlingException"));
      case "delay" ->
          new Fault.What.Delay(
              Duration.ofMillis(whole(json, "delayMs", 1, LONGEST_DELAY.toMillis())));
      case "drop" -> new Fault.What.Drop();
      default ->
          throw Refusal.expected("fault: error, delay or drop", kind.isEmpty() ? "none" : kind);
    };
  }

  private static boolean absent(JsonNode json, String name) {
    return json.path(name).isMissingNode() || json.path(name).isNull();
  }

  private static String matching(JsonNode json, String name, Pattern pattern, String expected) {
    JsonNode value = json.path(name);
    if (!value.isTextual() || !pattern.matcher(value.asText()).matches()) {
      throw Refusal.expected(
          name + ", " + expected, value.isMissingNode() ? "none" : value.toString());
    }
    return value.asText();
  }

  private static long whole(JsonNode json, String name, long least, long most) {
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber() || value.asLong() < least || value.asLong() > most) {
      throw Refusal.expected(
          name + " from " + least + " to " + most,
          value.isMissingNode() ? "none" : value.toString());
    }
    return value.asLong();
  }

  private static ObjectNode json(PlannedFaults.Planned planned) {
    Fault fault = planned.fault();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", fault.id())
            .put("service", fault.service())
            .put("operation", fault.operation().isEmpty() ? null : fault.operation())
            .put("principal", fault.principal().isEmpty() ? null : fault.principal());
    json.put("nth", fault.nth() == 0 ? null : Long.valueOf(fault.nth()));
    boolean always = fault.nth() > 0 || fault.probability() == 1;
    json.put("probability", always ? null : Double.valueOf(fault.probability()));
    String code = null;
    Long delayMs = null;
    String kind =
        switch (fault.what()) {
          case Fault.What.Failure _ -> "error";
          case Fault.What.Delay _ -> "delay";
          case Fault.What.Drop _ -> "drop";
        };
    if (fault.what() instanceof Fault.What.Failure(String named)) {
      code = named;
    } else if (fault.what() instanceof Fault.What.Delay(Duration by)) {
      delayMs = by.toMillis();
    }
    return json.put("fault", kind)
        .put("error", code)
        .put("delayMs", delayMs)
        .put("hits", planned.hits().get());
  }
}
