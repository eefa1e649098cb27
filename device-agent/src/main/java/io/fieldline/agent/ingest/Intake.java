// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.edge.EdgeRules;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// The one way into the spool for all sources: durable first, then counted and shown as latest. May
/// be called from any thread.
public final class Intake {
  private static final int MAX_LATEST = 4096;

  private final Spool spool;
  private final Metrics metrics;
  private final EdgeRules rules;
  private final Sources sources;
  private final Map<String, Reading> latest = new LinkedHashMap<>();
  private final List<Tap> taps = new CopyOnWriteArrayList<>();
  private volatile long touchedNanos = System.nanoTime();

  /// An intake into that spool, of what the rules let pass.
  public Intake(Spool spool, Metrics metrics, EdgeRules rules, Sources sources) {
    this.spool = spool;
    this.metrics = metrics;
    this.rules = rules;
    this.sources = sources;
  }

  /// Keeps the readings of a source, apart from those that a rule leaves out; they are on the disk
  /// when this returns.
  ///
  /// @param source its kind, which metrics tell apart; after a space, which one of them
  /// @throws SpoolException if none of them could be kept
  public void accept(String source, List<Reading> sent)
      throws SpoolException, InterruptedException {
    var passed = rules.pass(sent);
    List<Reading> samples = new ArrayList<>();
    try {
      for (var lane : passed.byLane().entrySet()) {
        spool.append(lane.getKey(), lane.getValue());
        samples.addAll(lane.getValue());
      }
      passed.commit();
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
    if (!sent.isEmpty()) {
      sources.heard(source, samples.size());
    }
    metrics.add("fieldline_readings_total{source=\"" + kind(source) + "\"}", samples.size());
    if (samples.size() < sent.size()) {
      metrics.add(
          "fieldline_left_out_total{source=\"" + kind(source) + "\"}",
          sent.size() - samples.size());
    }
    taps.forEach(tap -> tap.offer(source, samples));
    synchronized (latest) {
      for (Reading sample : samples) {
        String key = sample.device() + "/" + sample.sensor();
        if (latest.size() < MAX_LATEST || latest.containsKey(key)) {
          latest.put(key, sample);
        }
      }
    }
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
  void refused(String source, ReadingException why) {
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
  void failed(String source, String why) {
    sources.failed(source, why);
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
