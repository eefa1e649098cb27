// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.ChildrenConfig;
import io.fieldline.agent.edge.AlarmWatch;
import io.fieldline.agent.edge.EdgeRule;
import io.fieldline.agent.edge.EdgeRules;
import io.fieldline.agent.gateway.Children;
import io.fieldline.agent.gateway.Refusal;
import io.fieldline.agent.gateway.Sender;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.agent.spool.Window;
import io.fieldline.messages.Reading;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The one way into the spool for all sources: durable first, then counted and shown as latest. May
/// be called from any thread.
public final class Intake {
  private static final int MAX_LATEST = 4096;

  private final Spool spool;
  private final Metrics metrics;
  private volatile EdgeRules rules;
  private final Sources sources;
  private final Children children;
  private final AlarmWatch alarms;
  private final Map<String, Reading> latest = new LinkedHashMap<>();
  private final List<Consumer<List<Reading>>> hearers = new CopyOnWriteArrayList<>();
  private final List<Tap> taps = new CopyOnWriteArrayList<>();
  private volatile long touchedNanos = System.nanoTime();

  /// An intake into that spool, of what the rules let pass, from any device.
  public Intake(Spool spool, Metrics metrics, EdgeRules rules, Sources sources) {
    this(spool, metrics, rules, sources, new Children("", ChildrenConfig.OPEN, System::nanoTime));
  }

  /// As above, from the devices that may send.
  public Intake(Spool spool, Metrics metrics, EdgeRules rules, Sources sources, Children children) {
    this(spool, metrics, rules, sources, children, new AlarmWatch(System::nanoTime));
  }

  /// As above, with somebody who knows which readings are to go out at once.
  public Intake(
      Spool spool,
      Metrics metrics,
      EdgeRules rules,
      Sources sources,
      Children children,
      AlarmWatch alarms) {
    this.spool = spool;
    this.metrics = metrics;
    this.rules = rules;
    this.sources = sources;
    this.children = children;
    this.alarms = alarms;
  }

  /// These rules from now on. Others than before remember nothing: the next reading of each sensor
  /// passes.
  public void rules(List<EdgeRule> next) {
    if (!rules.areThese(next)) {
      rules = new EdgeRules(next);
    }
  }

  /// Is told what was sent and is done with: what is to be kept of it is on the disk.
  public void onHeard(Consumer<List<Reading>> hearer) {
    hearers.add(hearer);
  }

  /// Who shows that token.
  Sender identify(String token) throws ReadingException {
    return children
        .byToken(token)
        .orElseThrow(() ->
            new ReadingException(
                ReadingException.Reason.IDENTITY,
                "the token of a child of the configuration expected, got another"));
  }

  /// Who shows that certificate, which was proved to be its own.
  Sender identify(X509Certificate certificate) throws ReadingException {
    return children
        .byCertificate(certificate)
        .orElseThrow(() ->
            new ReadingException(
                ReadingException.Reason.IDENTITY,
                "the certificate of a child of the configuration expected, got another"));
  }

  /// Refuses readings that their sender may not send.
  void admit(Sender sender, List<Reading> readings) throws ReadingException {
    refuse(children.admit(sender, readings));
  }

  /// Refuses a sender that may not speak for a device.
  void admit(Sender sender, String device) throws ReadingException {
    refuse(children.mayName(sender, device));
  }

  private static void refuse(Optional<Refusal> refusal) throws ReadingException {
    if (refusal.isPresent()) {
      throw new ReadingException(refusal.get());
    }
  }

  /// Keeps the readings of a source, apart from those that a rule leaves out; they are on the disk
  /// when this returns.
  ///
  /// @param source its kind, which metrics tell apart; after a space, which one of them
  /// @throws SpoolException if none of them could be kept
  public void accept(String source, List<Reading> sent)
      throws SpoolException, InterruptedException {
    var passed = rules.pass(sent);
    List<Reading> samples = keep(source, passed.byLane(), passed.byWindow());
    passed.commit();
    if (samples.size() < sent.size()) {
      metrics.add(
          "fieldline_left_out_total{source=\"" + kind(source) + "\"}",
          sent.size() - samples.size());
    }
    if (!sent.isEmpty()) {
      sources.heard(source, samples.size());
      hearers.forEach(hearer -> hearer.accept(sent));
    }
  }

  /// Keeps readings of the agent about itself and its children, to which no rule applies.
  public void report(List<Reading> readings) throws SpoolException, InterruptedException {
    List<Reading> _ = keep("agent", Map.of(Lane.ALARM, readings), Map.of());
  }

  private List<Reading> keep(
      String source, Map<Lane, List<Reading>> byLane, Map<Window, List<Reading>> byWindow)
      throws SpoolException, InterruptedException {
    List<Reading> samples = new ArrayList<>();
    try {
      for (var lane : byLane.entrySet()) {
        spool.append(lane.getKey(), lane.getValue());
        hasten(lane.getKey(), lane.getValue());
        samples.addAll(lane.getValue());
      }
      for (var window : byWindow.entrySet()) {
        spool.append(window.getKey(), window.getValue());
        samples.addAll(window.getValue());
      }
    } catch (SpoolException e) {
      metrics.add(
          "fieldline_refused_total{source=\""
              + kind(source)
              + "\",reason=\"spool-"
              + e.reason().name().toLowerCase(Locale.ROOT)
              + "\"}",
          1);
      sources.refused(source, String.valueOf(e.getMessage()));
      throw e;
    }
    metrics.add("fieldline_readings_total{source=\"" + kind(source) + "\"}", samples.size());
    taps.forEach(tap -> tap.offer(source, samples));
    synchronized (latest) {
      for (Reading sample : samples) {
        String key = sample.device() + "/" + sample.sensor();
        if (latest.size() < MAX_LATEST || latest.containsKey(key)) {
          latest.put(key, sample);
        }
      }
    }
    return samples;
  }

  private void hasten(Lane lane, List<Reading> kept) {
    alarms
        .turnedBy(kept)
        .forEach((device, in) -> {
          spool.hasten(lane, device, in);
          metrics.add("fieldline_early_batches_total", 1);
        });
  }

  private static String kind(String source) {
    int space = source.indexOf(' ');
    return space < 0 ? source : source.substring(0, space);
  }

  /// Sees what is accepted, after it is on the disk.
  @FunctionalInterface
  public interface Tap {
    /// Must return at once: the source waits.
    void offer(String source, List<Reading> readings);
  }

  /// Shows this one everything that is accepted from now on, until [#untap].
  public void tap(Tap tap) {
    taps.add(tap);
  }

  /// No more.
  public void untap(Tap tap) {
    taps.remove(tap);
  }

  /// Takes every lock on a reading's way to the spool, which a watchdog wants to see free.
  public void touch() {
    rules.pass(List.of()).commit();
    synchronized (latest) {
      touchedNanos = System.nanoTime();
    }
  }

  /// How long ago [#touch] last got through.
  public Duration sinceLastTouch() {
    return Duration.ofNanos(System.nanoTime() - touchedNanos);
  }

  /// Counts what a source refused.
  public void refused(String source, ReadingException why) {
    sources.refused(source, String.valueOf(why.getMessage()));
    metrics.add(
        "fieldline_refused_total{source=\""
            + kind(source)
            + "\",reason=\""
            + why.reason().name().toLowerCase(Locale.ROOT)
            + "\"}",
        1);
  }

  /// A source cannot be read at all, until it is heard again.
  public void failed(String source, String why) {
    sources.failed(source, why);
  }

  /// A source was asked and has nothing new.
  public void unchanged(String source) {
    sources.heard(source, 0);
  }

  /// The latest reading of each sensor, and forgets them: what comes next is news.
  public List<Reading> takeLatest() {
    synchronized (latest) {
      List<Reading> taken = new ArrayList<>(latest.values());
      latest.clear();
      return taken;
    }
  }
}
