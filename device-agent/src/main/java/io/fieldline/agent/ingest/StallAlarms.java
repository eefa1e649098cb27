// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.gateway.Liveness.Sink;
import io.fieldline.agent.health.Sources;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tells the cloud which sources bring nothing: a reading of the agent's own device,
/// `agent.source.<name>.stalled` 1, told again until it is kept, and 0 when readings come again or
/// the source is taken away. For one thread.
public final class StallAlarms {
  private static final Logger LOG = System.getLogger(StallAlarms.class.getName());
  private static final String BEFORE = "agent.source.";
  private static final String AFTER = ".stalled";
  private static final int MAX_SENSOR = 64;

  private final String thing;
  private final Clock clock;
  private final Sources sources;
  private final Map<String, Boolean> told = new HashMap<>();

  /// Alarms of that thing's sources.
  public StallAlarms(String thing, Clock clock, Sources sources) {
    this.thing = thing;
    this.clock = clock;
    this.sources = sources;
  }

  /// The sensor that tells of a source.
  static String sensor(String source) {
    String name = source.replaceAll("[^A-Za-z0-9_-]+", ".");
    int most = MAX_SENSOR - BEFORE.length() - AFTER.length();
    return BEFORE + (name.length() > most ? name.substring(0, most) : name) + AFTER;
  }

  /// Tells what changed; to be called now and again.
  public void check(Sink sink) throws InterruptedException {
    Map<String, Boolean> changed = new LinkedHashMap<>();
    List<Reading> readings = new ArrayList<>();
    sources
        .overdue()
        .forEach((source, late) -> {
          if (!late.equals(told.get(source))) {
            changed.put(source, late);
            readings.add(new Reading(thing, sensor(source), "", clock.millis(), late ? 1 : 0));
          }
        });
    told.forEach((source, late) -> {
      if (late && !sources.isKnown(source)) {
        changed.put(source, false);
        readings.add(new Reading(thing, sensor(source), "", clock.millis(), 0));
      }
    });
    if (readings.isEmpty()) {
      return;
    }
    try {
      sink.accept(readings);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "what sources stall cannot be kept now: cause={0}", e.toString());
      return;
    }
    changed.forEach((source, late) -> {
      if (late) {
        LOG.log(Level.WARNING, "source is stalled: source={0}", source);
      } else if (told.containsKey(source) && sources.isKnown(source)) {
        LOG.log(Level.INFO, "source brings readings again: source={0}", source);
      }
      told.put(source, late);
    });
  }
}
