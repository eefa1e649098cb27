// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.MessageContext;
import io.fieldline.iotsql.TopicFilter;
import io.fieldline.iotsql.TopicFilterIndex;
import io.fieldline.iotsql.value.Value;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.ways.Step;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Every accepted publish to the rules that it concerns. `onMessage` returns at once; any thread
/// may call it.
public final class RuleEngine implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RuleEngine.class.getName());
  private static final long DRAIN_MILLIS = 3_000;

  private final ActionCalls calls;
  private final EventLog log;
  private final StackInfo info;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<String, LiveRule> rules = new TreeMap<>();
  private final Map<String, RuleCounts> counts = new ConcurrentHashMap<>();
  private final LongAdder ruleNotFound = new LongAdder();
  private volatile boolean closed;
  private volatile State state = State.of(Map.of());

  private record State(Map<String, LiveRule> byName, TopicFilterIndex<LiveRule> index) {
    static State of(Map<String, LiveRule> rules) {
      List<Map.Entry<TopicFilter, LiveRule>> filters = new ArrayList<>();
      for (LiveRule rule : rules.values()) {
        rule.statement().topicFilter().ifPresent(filter -> filters.add(Map.entry(filter, rule)));
      }
      return new State(Map.copyOf(rules), new TopicFilterIndex<>(filters));
    }
  }

  /// @param random feeds trace ids and the language's `rand()` and `newuuid()`; thread-safe
  public RuleEngine(
      Api api,
      StackInfo info,
      InstantSource clock,
      RandomGenerator random,
      LoggingOptions logging) {
    this.calls = new ActionCalls(api, info, clock, random);
    var stream = new UUID(random.nextLong(), random.nextLong()).toString();
    this.log = new EventLog(calls, logging, clock, info.accountId(), stream);
    this.info = info;
    this.clock = clock;
    this.random = random;
  }

  /// Takes a message for every rule that it concerns, which hold the settlement until each has
  /// finished with it, its error action included. False where a rule's queue is full: the broker
  /// then withholds its acknowledgement, so that the client sends again.
  public boolean onMessage(RuleMessage incoming, Settlement settlement) {
    if (closed) {
      return false;
    }
    var current = state;
    var message = message(incoming);
    received(message);
    var basicIngest = message.basicIngestRule();
    List<LiveRule> meant =
        basicIngest.isEmpty()
            ? current.index().matching(message.topic())
            : named(current, basicIngest, message);
    boolean taken = true;
    for (LiveRule rule : meant) {
      taken &= deliver(rule, message, settlement);
    }
    return taken;
  }

  /// What a rule republishes has neither client nor address, and was not received.
  private void received(Message message) {
    var context = message.context();
    if (context.sourceIp().isPresent() && log.isOn(EventLog.Level.INFO)) {
      Map<String, Value> more = new LinkedHashMap<>();
      more.put("protocol", new Value.Text(context.clientId().isPresent() ? "MQTT" : "HTTP"));
      more.put("sourceIp", new Value.Text(context.sourceIp().get()));
      log.write(EventLog.Level.INFO, "Publish-In", message, more);
    }
  }

  /// A rule that was replaced since the message came hands it to its successor.
  private boolean deliver(LiveRule rule, Message message, Settlement settlement) {
    if (rule.take(message, settlement)) {
      return true;
    }
    if (!rule.isClosed() || closed) {
      return false;
    }
    var successor = state.byName().get(rule.name());
    return successor == null || successor == rule || successor.take(message, settlement);
  }

  /// What has been counted since the last time, by metric of the namespace AWS/IoT.
  public synchronized void report(RuleMetrics metrics) {
    counts.forEach((rule, of) -> metrics.report(of.asMetrics(rule)));
    long executed = counts.values().stream().mapToLong(RuleCounts::fired).sum();
    metrics.report(
        Map.of(
            new RuleCounts.Metric("RulesExecuted", Map.of()),
            executed,
            new RuleCounts.Metric("RuleNotFound", Map.of()),
            ruleNotFound.sum()));
  }

  /// What became of the messages of a rule; empty counts where it never existed.
  public RuleCounts counts(String rule) {
    return counts.computeIfAbsent(rule, _ -> new RuleCounts());
  }

  /// Basic Ingest publishes that named no enabled rule.
  public long ruleNotFound() {
    return ruleNotFound.sum();
  }

  ActionCalls calls() {
    return calls;
  }

  /// Puts a rule to work, in place of one of the same name, which finishes what it has taken.
  synchronized void enable(String name, LiveRule.Parsed parsed) {
    replace(name, new LiveRule(name, parsed, calls, counts(name), log));
  }

  /// Takes a rule out of work; what it has taken is still done.
  synchronized void disable(String name) {
    replace(name, null);
  }

  private void replace(String name, @Nullable LiveRule rule) {
    var old = rule == null ? rules.remove(name) : rules.put(name, rule);
    state = State.of(rules);
    if (old != null) {
      old.close();
    }
  }

  private List<LiveRule> named(State current, String name, Message message) {
    var rule = current.byName().get(name);
    if (rule == null) {
      ruleNotFound.increment();
      LOG.log(System.Logger.Level.DEBUG, "rule not found rule={0}", name);
      Map<String, Value> more = new LinkedHashMap<>();
      more.put("ruleName", new Value.Text(name));
      more.put("reason", new Value.Text("RuleNotFound"));
      more.put("details", new Value.Text("Rule " + name + " not found"));
      log.write(EventLog.Level.ERROR, "RuleNotFound", message, more);
      Step.current()
          .begin(Step.Kind.RULE, Step.Lane.IOT, name, calls.ruleArn(name), "")
          .failed("RuleNotFound: Rule " + name + " not found");
      return List.of();
    }
    return List.of(rule);
  }

  private Message message(RuleMessage incoming) {
    Optional<String> traceId =
        incoming.clientId().map(_ -> new UUID(random.nextLong(), random.nextLong()).toString());
    return new Message(
        incoming.topic(),
        incoming.payload(),
        new MessageContext(
            incoming.clientId(),
            incoming.principal(),
            info.accountId(),
            traceId,
            incoming.sourceIp(),
            clock.instant(),
            incoming.mqtt5(),
            random));
  }

  /// Stops taking messages and finishes those taken, within a few seconds.
  @Override
  public synchronized void close() {
    closed = true;
    state = State.of(Map.of());
    try {
      for (LiveRule rule : rules.values()) {
        rule.drain(DRAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    rules.clear();
    calls.posts().close();
    log.close();
  }
}
