// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.cloudwatch.model.*;

/// Dashboards: their bodies, checked as far as CloudWatch's own structure goes.
///
/// Source: CloudWatch API Reference, "Dashboard body structure and syntax".
final class Dashboards {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final Set<String> WIDGETS =
      Set.of("metric", "text", "log", "explorer", "alarm", "custom");
  private static final int PAGE = 100;

  private final MVMap<String, Kept> dashboards;
  private final StackInfo stack;
  private final InstantSource clock;

  record Kept(String name, String body, Instant modified) {}

  Dashboards(Store store, StackInfo stack, InstantSource clock) {
    this.dashboards = store.map("cloudwatch/dashboards", Kept.class);
    this.stack = stack;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(PutDashboardRequest.class, this::put).resource(r -> arn(r.dashboardName()));
    api.on(GetDashboardRequest.class, this::get).resource(r -> arn(r.dashboardName()));
    api.on(ListDashboardsRequest.class, this::list);
    api.on(DeleteDashboardsRequest.class, this::delete)
        .access(r ->
            r.dashboardNames().stream()
                .map(name -> new Access("cloudwatch:DeleteDashboards", arn(name)))
                .toList());
  }

  private String arn(String name) {
    return "arn:aws:cloudwatch::" + stack.accountId() + ":dashboard/" + name;
  }

  private PutDashboardResponse put(PutDashboardRequest request) {
    String name = request.dashboardName();
    if (!NAME.matcher(name).matches()) {
      throw CloudWatchFailures.invalidValue(
          "The value "
              + name
              + " for parameter DashboardName is invalid: expected 1 to 255 of"
              + " A-Z, a-z, 0-9, - and _");
    }
    List<DashboardValidationMessage> problems = problems(request.dashboardBody());
    if (!problems.isEmpty()) {
      throw new AwsFailure(
          "DashboardInvalidInputError",
          400,
          "The dashboard body is invalid, there are "
              + problems.size()
              + " validation errors: "
              + problems,
          Map.of("dashboardValidationMessages", problems));
    }
    dashboards.put(name, new Kept(name, request.dashboardBody(), clock.instant()));
    return PutDashboardResponse.builder().build();
  }

  private static List<DashboardValidationMessage> problems(String body) {
    var problems = new ArrayList<DashboardValidationMessage>();
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      problems.add(problem("", "Expected JSON: " + e.getOriginalMessage()));
      return problems;
    }
    if (!root.path("widgets").isArray()) {
      problems.add(problem("/widgets", "Should be an array, got " + kind(root.path("widgets"))));
      return problems;
    }
    for (int i = 0; i < root.get("widgets").size(); i++) {
      check(root.get("widgets").get(i), "/widgets/" + i, problems);
    }
    return problems;
  }

  private static void check(JsonNode widget, String at, List<DashboardValidationMessage> problems) {
    if (!WIDGETS.contains(widget.path("type").asText())) {
      problems.add(
          problem(
              at + "/type",
              "Should be one of "
                  + WIDGETS.stream().sorted().toList()
                  + ", got "
                  + (widget.has("type") ? widget.get("type") : "nothing")));
    }
    if (!widget.path("properties").isObject()) {
      problems.add(
          problem(
              at + "/properties", "Should be an object, got " + kind(widget.path("properties"))));
    }
  }

  private static String kind(JsonNode node) {
    return node.isMissingNode()
        ? "nothing"
        : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static DashboardValidationMessage problem(String at, String message) {
    return DashboardValidationMessage.builder().dataPath(at).message(message).build();
  }

  private GetDashboardResponse get(GetDashboardRequest request) {
    Kept kept = dashboard(request.dashboardName());
    return GetDashboardResponse.builder()
        .dashboardName(kept.name())
        .dashboardArn(arn(kept.name()))
        .dashboardBody(kept.body())
        .build();
  }

  private Kept dashboard(String name) {
    Kept kept = dashboards.get(name);
    if (kept == null) {
      throw CloudWatchFailures.noSuchDashboard(name);
    }
    return kept;
  }

  private ListDashboardsResponse list(ListDashboardsRequest request) {
    String prefix = request.dashboardNamePrefix() == null ? "" : request.dashboardNamePrefix();
    var found = dashboards.values().stream().filter(d -> d.name().startsWith(prefix)).toList();
    var page = Paging.of(found, Kept::name, request.nextToken(), PAGE);
    return ListDashboardsResponse.builder()
        .dashboardEntries(page.items().stream().map(this::entry).toList())
        .nextToken(page.next())
        .build();
  }

  private DashboardEntry entry(Kept kept) {
    return DashboardEntry.builder()
        .dashboardName(kept.name())
        .dashboardArn(arn(kept.name()))
        .lastModified(kept.modified())
        .size((long) kept.body().getBytes(StandardCharsets.UTF_8).length)
        .build();
  }

  /// All or none: a name that is not there leaves the others in place.
  private DeleteDashboardsResponse delete(DeleteDashboardsRequest request) {
    request.dashboardNames().forEach(this::dashboard);
    request.dashboardNames().forEach(dashboards::remove);
    return DeleteDashboardsResponse.builder().build();
  }
}
