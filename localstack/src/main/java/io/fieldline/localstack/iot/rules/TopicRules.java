// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.IotSql;
import io.fieldline.iotsql.RuleStatement;
import io.fieldline.iotsql.SqlSyntaxException;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.TopicFilter;
import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.CreateTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.CreateTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.DeleteTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.DeleteTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.DisableTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.DisableTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.EnableTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.EnableTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.GetTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.GetTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.ListTopicRulesRequest;
import software.amazon.awssdk.services.iot.model.ListTopicRulesResponse;
import software.amazon.awssdk.services.iot.model.ReplaceTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.ReplaceTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.TopicRuleListItem;
import software.amazon.awssdk.services.iot.model.TopicRulePayload;

/// The stored topic rules and the operations on them. Operations may come from any thread.
///
/// Source: AWS IoT API reference, CreateTopicRule and its neighbours.
public final class TopicRules {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_]{1,128}");
  private static final int MAX_ACTIONS = 10;
  private static final int MAX_RULES = 1000;
  private static final int MAX_PAGE = 10_000;

  private final Map<String, StoredRule> rules;
  private final StackInfo info;
  private final InstantSource clock;
  private final RuleEngine engine;
  private final TopicRuleDestinations destinations;

  public TopicRules(Store store, StackInfo info, InstantSource clock, RuleEngine engine) {
    this.rules = store.map("iot-topic-rules", StoredRule.class);
    this.info = info;
    this.clock = clock;
    this.engine = engine;
    this.destinations = new TopicRuleDestinations(store, info, clock, engine.calls().posts());
  }

  /// Registers the operations, and puts to work the rules that are stored.
  public void register(Api api) {
    api.on(CreateTopicRuleRequest.class, this::createTopicRule)
        .access(r -> writing("CreateTopicRule", r.ruleName(), r.topicRulePayload()));
    api.on(ReplaceTopicRuleRequest.class, this::replaceTopicRule)
        .access(r -> writing("ReplaceTopicRule", r.ruleName(), r.topicRulePayload()));
    api.on(GetTopicRuleRequest.class, this::getTopicRule).resource(r -> arn(r.ruleName()));
    api.on(DeleteTopicRuleRequest.class, this::deleteTopicRule).resource(r -> arn(r.ruleName()));
    api.on(EnableTopicRuleRequest.class, this::enableTopicRule).resource(r -> arn(r.ruleName()));
    api.on(DisableTopicRuleRequest.class, this::disableTopicRule).resource(r -> arn(r.ruleName()));
    api.on(ListTopicRulesRequest.class, this::listTopicRules);
    destinations.register(api);
    for (StoredRule rule : rules.values()) {
      start(rule, parse(rule.topicRulePayload()));
    }
  }

  /// Serves the address by which a web server confirms that it wants to be a destination.
  public void serve(Api api, WebPaths webPaths) {
    webPaths.add((_, path, request) -> destinations.enable(api, path, request));
  }

  private synchronized CreateTopicRuleResponse createTopicRule(CreateTopicRuleRequest request) {
    var name = request.ruleName();
    if (!NAME.matcher(name).matches()) {
      throw AwsFailure.invalidRequest(
          "Invalid rule name '" + name + "': expected 1 to 128 letters, digits and _");
    }
    var parsed = check(name, request.topicRulePayload());
    if (rules.containsKey(name)) {
      throw new AwsFailure(
          "ResourceAlreadyExistsException", 409, "Rule " + name + " already exists in the account");
    }
    if (rules.size() >= MAX_RULES) {
      throw AwsFailure.invalidRequest("An account has at most " + MAX_RULES + " topic rules");
    }
    keep(name, request.topicRulePayload(), clock.millis(), request.tags(), parsed);
    return CreateTopicRuleResponse.builder().build();
  }

  private synchronized ReplaceTopicRuleResponse replaceTopicRule(ReplaceTopicRuleRequest request) {
    var old = existing(request.ruleName());
    var parsed = check(request.ruleName(), request.topicRulePayload());
    keep(old.name(), request.topicRulePayload(), old.createdAtMs(), old.tags(), parsed);
    return ReplaceTopicRuleResponse.builder().build();
  }

  private GetTopicRuleResponse getTopicRule(GetTopicRuleRequest request) {
    var rule = existing(request.ruleName());
    return GetTopicRuleResponse.builder().ruleArn(arn(rule.name())).rule(rule.described()).build();
  }

  private synchronized DeleteTopicRuleResponse deleteTopicRule(DeleteTopicRuleRequest request) {
    existing(request.ruleName());
    rules.remove(request.ruleName());
    engine.disable(request.ruleName());
    return DeleteTopicRuleResponse.builder().build();
  }

  private synchronized EnableTopicRuleResponse enableTopicRule(EnableTopicRuleRequest request) {
    switchTo(existing(request.ruleName()).withDisabled(false));
    return EnableTopicRuleResponse.builder().build();
  }

  private synchronized DisableTopicRuleResponse disableTopicRule(DisableTopicRuleRequest request) {
    switchTo(existing(request.ruleName()).withDisabled(true));
    return DisableTopicRuleResponse.builder().build();
  }

  /// Assumed: `topic` selects the rules whose filter is that text or matches it as a topic.
  private ListTopicRulesResponse listTopicRules(ListTopicRulesRequest request) {
    int most = request.maxResults() == null ? MAX_PAGE : request.maxResults();
    List<TopicRuleListItem> page = new ArrayList<>();
    @Nullable String next = null;
    for (StoredRule rule : rules.values()) {
      boolean before =
          request.nextToken() != null && rule.name().compareTo(request.nextToken()) < 0;
      if (before || !selected(rule, request)) {
        continue;
      }
      if (page.size() == most) {
        next = rule.name();
        break;
      }
      page.add(item(rule));
    }
    return ListTopicRulesResponse.builder().rules(page).nextToken(next).build();
  }

  private static boolean selected(StoredRule rule, ListTopicRulesRequest request) {
    if (request.ruleDisabled() != null && request.ruleDisabled() != rule.disabled()) {
      return false;
    }
    return request.topic() == null
        || filter(rule)
            .filter(f -> f.text().equals(request.topic()) || f.matches(request.topic()))
            .isPresent();
  }

  private TopicRuleListItem item(StoredRule rule) {
    return TopicRuleListItem.builder()
        .ruleArn(arn(rule.name()))
        .ruleName(rule.name())
        .topicPattern(filter(rule).map(TopicFilter::text).orElse(null))
        .createdAt(java.time.Instant.ofEpochMilli(rule.createdAtMs()))
        .ruleDisabled(rule.disabled())
        .build();
  }

  private static Optional<TopicFilter> filter(StoredRule rule) {
    return statement(rule.topicRulePayload()).topicFilter();
  }

  private void keep(
      String name,
      TopicRulePayload payload,
      long createdAtMs,
      @Nullable String tags,
      LiveRule.Parsed parsed) {
    var rule =
        new StoredRule(
            name,
            SdkJson.write(payload),
            Boolean.TRUE.equals(payload.ruleDisabled()),
            createdAtMs,
            tags == null ? "" : tags);
    rules.put(name, rule);
    Stream.concat(parsed.actions().stream(), parsed.errorAction().stream())
        .filter(HttpAction.class::isInstance)
        .forEach(http -> ((HttpAction) http).fixedDestination().ifPresent(destinations::ensure));
    start(rule, parsed);
  }

  private void switchTo(StoredRule rule) {
    rules.put(rule.name(), rule);
    start(rule, parse(rule.topicRulePayload()));
  }

  private void start(StoredRule rule, LiveRule.Parsed parsed) {
    if (rule.disabled()) {
      engine.disable(rule.name());
    } else {
      engine.enable(rule.name(), parsed);
    }
  }

  /// Parses, and asks whether each role may be assumed, as AWS does.
  private LiveRule.Parsed check(String name, TopicRulePayload payload) {
    var parsed = parse(payload);
    parsed.actions().forEach(this::offered);
    parsed.errorAction().ifPresent(this::offered);
    for (String role : roles(parsed)) {
      try {
        engine.calls().assumeRole(role, name);
      } catch (AwsFailure refused) {
        throw AwsFailure.invalidRequest(
            "iot.amazonaws.com is unable to perform: sts:AssumeRole on resource: " + role);
      }
    }
    return parsed;
  }

  private void offered(RuleAction action) {
    if (!engine.calls().offers(action.requestType())) {
      throw AwsFailure.invalidRequest(
          "This local stack does not support the rule action "
              + action.name()
              + ": it has no "
              + action.requestType().getSimpleName().replace("Request", ""));
    }
  }

  private static Set<String> roles(LiveRule.Parsed parsed) {
    Set<String> roles = new LinkedHashSet<>();
    parsed.actions().forEach(action -> action.roleArn().ifPresent(roles::add));
    parsed.errorAction().flatMap(RuleAction::roleArn).ifPresent(roles::add);
    return roles;
  }

  private LiveRule.Parsed parse(TopicRulePayload payload) {
    var statement = statement(payload);
    if (payload.actions().size() > MAX_ACTIONS) {
      throw AwsFailure.invalidRequest("A rule has at most " + MAX_ACTIONS + " actions");
    }
    var actions = new RuleActions(statement, destinations);
    try {
      return new LiveRule.Parsed(
          statement,
          payload.actions().stream().map(actions::compile).toList(),
          Optional.ofNullable(payload.errorAction()).map(actions::compile));
    } catch (SqlSyntaxException wrongTemplate) {
      throw sqlError(wrongTemplate);
    }
  }

  private static RuleStatement statement(TopicRulePayload payload) {
    var version = payload.awsIotSqlVersion();
    try {
      return IotSql.parse(
          payload.sql(), SqlVersion.of(version == null ? StoredRule.DEFAULT_VERSION : version));
    } catch (SqlSyntaxException e) {
      throw sqlError(e);
    } catch (IllegalArgumentException e) {
      throw AwsFailure.invalidRequest(String.valueOf(e.getMessage()));
    }
  }

  private static AwsFailure sqlError(SqlSyntaxException e) {
    return new AwsFailure("SqlParseException", 400, String.valueOf(e.getMessage()));
  }

  /// Source: AWS IoT API reference, GetTopicRule: there is no ResourceNotFoundException; a rule
  /// that does not exist is answered with UnauthorizedException.
  private StoredRule existing(String name) {
    var rule = rules.get(name);
    if (rule == null) {
      throw new AwsFailure(
          "UnauthorizedException", 401, "Access to TopicRule '" + name + "' was denied");
    }
    return rule;
  }

  /// Writing a rule also needs `iam:PassRole` for each role that it hands to the service.
  private List<Access> writing(String operation, String name, @Nullable TopicRulePayload payload) {
    List<Access> needed = new ArrayList<>();
    needed.add(new Access("iot:" + operation, arn(name)));
    if (payload != null) {
      Set<String> roles = new LinkedHashSet<>();
      payload.actions().forEach(action -> role(action).ifPresent(roles::add));
      Optional.ofNullable(payload.errorAction()).flatMap(TopicRules::role).ifPresent(roles::add);
      var toIot = Map.of("iam:PassedToService", "iot.amazonaws.com");
      roles.forEach(role -> needed.add(new Access("iam:PassRole", role, toIot)));
    }
    return needed;
  }

  private static Optional<String> role(Action action) {
    for (var kind : SdkJson.write(action)) {
      if (kind.hasNonNull("roleArn")) {
        return Optional.of(kind.get("roleArn").asText());
      }
    }
    return Optional.empty();
  }

  private String arn(String name) {
    return info.arn("iot", "rule/" + name);
  }
}
