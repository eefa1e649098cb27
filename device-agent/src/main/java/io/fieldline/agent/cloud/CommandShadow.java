// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.cloud.CloudConnection.Delivery;
import io.fieldline.agent.command.CommandLedger;
import io.fieldline.agent.command.CommandRouter;
import io.fieldline.agent.command.DesiredCommand;
import io.fieldline.agent.command.Outcome;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.ShadowTopics;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The named shadow `commands`: desired commands to the router, outcomes to reported, one update
/// under way at a time: AWS refuses more than ten. An outcome counts as reported once the shadow
/// has accepted it; until then it is sent again in every session. A command that differs from its
/// predecessor in part only arrives as a partial delta: then the whole document is asked for.
public final class CommandShadow {
  private static final Logger LOG = System.getLogger(CommandShadow.class.getName());
  private static final List<String> ECHOED = List.of("id", "value", "expiresAtMs");
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final CloudConnection cloud;
  private final ShadowTopics topics;
  private final CommandLedger ledger;
  private final Metrics metrics;

  /// By the command's identifier, so that a later step takes the place of one that waits.
  private final SequencedMap<String, Outcome> waiting = new LinkedHashMap<>();

  private @Nullable UnderWay underWay;
  private long tokens;
  private long lastVersion;

  private record UnderWay(String token, Outcome outcome, long sinceNanos) {
    boolean isLate() {
      return System.nanoTime() - sinceNanos > ANSWER.toNanos();
    }
  }

  CommandShadow(CloudConnection cloud, ShadowTopics topics, CommandLedger ledger, Metrics metrics) {
    this.cloud = cloud;
    this.topics = topics;
    this.ledger = ledger;
    this.metrics = metrics;
  }

  /// Whether that is where the answer comes to what [#begin] asks: the document, or that there is
  /// none.
  boolean isAnswer(String topic) {
    return topic.equals(topics.getAccepted()) || topic.equals(topics.getRejected());
  }

  /// Begins a session: asks for the document, and reports what was not taken yet.
  synchronized void begin(List<Outcome> unreported) {
    underWay = null;
    waiting.clear();
    requestDocument();
    unreported.forEach(this::report);
  }

  private void requestDocument() {
    cloud.publish(topics.get(), new byte[0], Delivery.AT_LEAST_ONCE, _ -> {});
  }

  /// Reports an outcome, unless the command has gone on since, so that no earlier step can follow a
  /// later one; without a connection it waits for the next session. Does not wait for the cloud.
  synchronized void report(Outcome outcome) {
    UnderWay sent = underWay;
    if (sent == null || sent.isLate() || !sent.outcome.equals(outcome)) {
      waiting.put(outcome.command().id(), outcome);
      sendNext();
    }
  }

  private void sendNext() {
    UnderWay sent = underWay;
    if (sent != null && !sent.isLate()) {
      return;
    }
    underWay = null;
    while (underWay == null && !waiting.isEmpty()) {
      Outcome next = waiting.pollFirstEntry().getValue();
      if (isLatest(next) && cloud.state().isConnected()) {
        send(next);
      }
    }
  }

  private boolean isLatest(Outcome outcome) {
    return ledger
        .find(outcome.command().id())
        .map(entry -> entry.outcome().equals(outcome))
        .orElse(false);
  }

  private void send(Outcome outcome) {
    String token = "c" + ++tokens;
    underWay = new UnderWay(token, outcome, System.nanoTime());
    Map<String, Object> reported = Map.of(outcome.command().actuator(), echo(outcome));
    cloud.publish(
        topics.update(),
        Shadow.report(reported, token),
        Delivery.AT_LEAST_ONCE,
        published -> {
          if (published != CloudConnection.Published.ACKNOWLEDGED) {
            Optional<Outcome> _ = answered(Optional.of(token));
          }
        });
  }

  /// The outcome that an answer is about, which is under way no more; the next one goes.
  private synchronized Optional<Outcome> answered(Optional<String> token) {
    UnderWay sent = underWay;
    if (sent == null || !token.equals(Optional.of(sent.token))) {
      return Optional.empty();
    }
    underWay = null;
    sendNext();
    return Optional.of(sent.outcome);
  }

  private static Map<String, Object> echo(Outcome outcome) {
    Map<String, Object> echo = new LinkedHashMap<>();
    echo.put("id", outcome.command().id());
    echo.put("value", outcome.command().value());
    echo.put("expiresAtMs", outcome.command().expiresAtMs());
    echo.put("status", outcome.status().name());
    echo.put("atMs", outcome.atMs());
    // Null takes away the detail of the command before: a shadow merges.
    echo.put("detail", outcome.detail().isEmpty() ? JsonText.NULL : outcome.detail());
    return echo;
  }

  /// Takes a message if it is this shadow's.
  boolean take(String topic, Map<String, Object> document, CommandRouter router)
      throws IOException {
    if (topic.equals(topics.updateAccepted())) {
      Optional<Outcome> accepted = answered(Shadow.clientToken(document));
      if (accepted.isPresent()) {
        ledger.reported(accepted.get());
      }
    } else if (topic.equals(topics.updateRejected())) {
      rejected(document);
    } else if (topic.equals(topics.getAccepted())) {
      lastVersion = Shadow.version(document);
      open(Shadow.part(document, "desired"), Shadow.part(document, "reported"), router);
    } else if (topic.equals(topics.updateDelta())) {
      delta(document, router);
    } else {
      // Without a document there is no command.
      return topic.equals(topics.getRejected());
    }
    return true;
  }

  private void rejected(Map<String, Object> document) throws IOException {
    Optional<Outcome> outcome = answered(Shadow.clientToken(document));
    if (outcome.isEmpty()) {
      return;
    }
    metrics.add("fieldline_reports_rejected_total", 1);
    LOG.log(
        Level.WARNING,
        "outcome rejected by the shadow: id={0} code={1} message={2}",
        outcome.get().command().id(),
        document.getOrDefault("code", "?"),
        document.getOrDefault("message", "?"));
    boolean isOfTheMoment =
        document.get("code") instanceof Long code && (code == 429 || code >= 500);
    if (!isOfTheMoment) {
      ledger.reported(outcome.get());
    }
  }

  private void delta(Map<String, Object> document, CommandRouter router) throws IOException {
    long version = Shadow.version(document);
    if (version < lastVersion) {
      metrics.add("fieldline_deltas_out_of_order_total", 1);
      return;
    }
    lastVersion = version;
    Map<String, Object> commands = Shadow.delta(document);
    boolean partial =
        commands.values().stream()
            .anyMatch(value ->
                !JsonText.object(value)
                    .map(fields -> fields.keySet().containsAll(ECHOED))
                    .orElse(true));
    if (partial) {
      requestDocument();
    } else {
      open(commands, Map.of(), router);
    }
  }

  private void open(Map<String, Object> desired, Map<String, Object> reported, CommandRouter router)
      throws IOException {
    for (Map.Entry<String, Object> entry : desired.entrySet()) {
      Map<String, Object> fields = JsonText.object(entry.getValue()).orElse(Map.of());
      Map<String, Object> echo = JsonText.object(reported.get(entry.getKey())).orElse(Map.of());
      boolean handled = ECHOED.stream().allMatch(name -> same(fields.get(name), echo.get(name)));
      if (!handled) {
        open(entry.getKey(), fields, router);
      }
    }
  }

  private static boolean same(@Nullable Object one, @Nullable Object other) {
    return one != null && one.equals(other);
  }

  private void open(String actuator, Map<String, Object> fields, CommandRouter router)
      throws IOException {
    if (!(fields.get("id") instanceof String id) || !id.matches(ConfigFile.NAME)) {
      metrics.add("fieldline_commands_malformed_total", 1);
      LOG.log(Level.WARNING, "command without id ignored: actuator={0}", actuator);
      return;
    }
    Object value = fields.getOrDefault("value", JsonText.NULL);
    boolean simple = value instanceof Boolean || value instanceof Number || value instanceof String;
    if (fields.get("expiresAtMs") instanceof Long expiresAtMs && simple) {
      router.take(new DesiredCommand(actuator, id, value, expiresAtMs));
    } else {
      router.refuse(
          new DesiredCommand(actuator, id, value, 0),
          "a value (true, false, number or text) and expiresAtMs (epoch milliseconds) expected");
    }
  }
}
