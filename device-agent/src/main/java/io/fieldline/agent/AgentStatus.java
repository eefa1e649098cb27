// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.clock.AgentClock;
import io.fieldline.agent.cloud.LinkState;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.identity.DeviceCertificate;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.reload.Reconfiguration;
import io.fieldline.agent.spool.DeadLetters;
import io.fieldline.agent.spool.Gap;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.SpoolStats;
import io.fieldline.agent.update.RunningImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a support person asks first, as one document. `problems` says in plain words what is wrong
/// now; where it is empty, nothing that the agent knows of is.
public final class AgentStatus {
  /// Written by systemd-timesyncd once the clock was set. Source: systemd-timesyncd.service(8).
  private static final Path TIMESYNC = Path.of("/run/systemd/timesync/synchronized");

  private static final long EXPIRES_SOON_DAYS = 30;
  private static final long CLOCK_OFF_MS = 2000;

  private final AgentConfig config;
  private final RunningImage image;
  private final AgentClock clock;
  private final Instant startedAt;
  private final Parts parts;

  /// The parts that it asks.
  record Parts(
      Optional<Reconfiguration> configuration,
      Spool spool,
      DeadLetters deadLetters,
      LinkState link,
      Sources sources,
      Supervisor supervisor,
      Metrics metrics) {}

  AgentStatus(AgentConfig config, RunningImage image, AgentClock clock, Parts parts) {
    this.config = config;
    this.image = image;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.parts = parts;
  }

  /// The connection to the cloud.
  public LinkState link() {
    return parts.link;
  }

  /// The document now.
  public Map<String, Object> document() {
    Instant now = clock.instant();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("version", Version.text());
    document.put("image", image.document());
    document.put("java", Runtime.version().toString());
    document.put("pid", ProcessHandle.current().pid());
    document.put("thing", config.thing());
    document.put("stage", config.stage());
    document.put("folder", config.folder().toString());
    document.put("startedAt", text(startedAt));
    document.put("uptimeSeconds", Duration.between(startedAt, now).toSeconds());
    document.put("problems", problems(now));
    parts
        .configuration
        .flatMap(Reconfiguration::outcome)
        .ifPresent(outcome -> document.put("configShadow", outcome));
    document.put("link", link(now));
    document.put("spool", spool());
    document.put("sources", parts.sources.all().stream().map(AgentStatus::source).toList());
    document.put("loops", parts.supervisor.loops().stream().map(AgentStatus::loop).toList());
    document.put("clock", clock(now));
    document.put("certificate", certificate(now));
    return document;
  }

  /// One line for the service manager.
  public String line() {
    List<String> problems = problems(clock.instant());
    return problems.isEmpty()
        ? "connected to " + config.cloud().host()
        : String.join("; ", problems);
  }

  private List<String> problems(Instant now) {
    List<String> problems = new ArrayList<>();
    if (!parts.link.isConnected()) {
      problems.add(
          "not connected to the cloud"
              + parts.link.lastTrouble().map(why -> ": " + why.meaning()).orElse(" yet"));
    }
    for (Sources.Source source : parts.sources.all()) {
      switch (source.state()) {
        case STALLED -> problems.add("source " + source.name() + " is overdue");
        case FAILING -> problems.add("source " + source.name() + ": " + source.lastError());
        case WAITING, FRESH -> {}
      }
    }
    parts.configuration.flatMap(Reconfiguration::trouble).ifPresent(problems::add);
    if (!clock.isKnown()) {
      problems.add("the time is not known: no time server and no cloud has told it; readings wait");
    } else if (Math.abs(clock.systemAheadMs()) > CLOCK_OFF_MS) {
      problems.add("the machine's clock is off by " + clock.systemAheadMs() + " ms");
    }
    for (Supervisor.LoopStatus loop : parts.supervisor.loops()) {
      if (!loop.running() && !loop.lastFailure().isEmpty()) {
        problems.add("loop " + loop.name() + " failed: " + loop.lastFailure());
      }
    }
    try {
      DeviceCertificate certificate = DeviceCertificate.read(config.cloud().certificate());
      if (now.isBefore(certificate.notBefore())) {
        problems.add("the clock is before the certificate's begin: it is most likely wrong");
      } else if (certificate.daysLeft(now) < EXPIRES_SOON_DAYS) {
        problems.add("the certificate expires at " + certificate.notAfter());
      }
    } catch (IOException e) {
      problems.add("the certificate cannot be read: " + e.getMessage());
    }
    return problems;
  }

  private Map<String, Object> link(Instant now) {
    Map<String, Object> link = new LinkedHashMap<>();
    link.put("endpoint", config.cloud().host() + ":" + config.cloud().port());
    link.put("connected", parts.link.isConnected());
    link.put("since", text(parts.link.since()));
    link.put("sinceSeconds", Duration.between(parts.link.since(), now).toSeconds());
    link.put("sessions", parts.link.session());
    link.put("attempts", parts.metrics.count("fieldline_connect_attempts_total"));
    link.put("failures", parts.metrics.count("fieldline_connect_failures_total"));
    parts
        .link
        .lastTrouble()
        .ifPresent(trouble ->
            link.put(
                "lastTrouble",
                Map.of(
                    "at", text(trouble.at()),
                    "cause", trouble.cause(),
                    "meaning", trouble.meaning())));
    return link;
  }

  private Map<String, Object> spool() {
    Map<String, Object> spool = new LinkedHashMap<>();
    for (Lane lane : Lane.values()) {
      spool.put(lane.label(), lane(lane));
    }
    spool.put("deadLetterBytes", parts.deadLetters.sizeBytes());
    return spool;
  }

  private Map<String, Object> lane(Lane lane) {
    SpoolStats stats = parts.spool.stats(lane);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("sizeBytes", stats.sizeBytes());
    shown.put("maxBytes", config.spool().of(lane).maxBytes());
    shown.put("backlogBytes", stats.backlogBytes());
    oldest(lane)
        .ifPresent(at -> {
          shown.put("oldestAt", text(at));
          shown.put("oldestSeconds", Duration.between(at, clock.instant()).toSeconds());
        });
    shown.put("inFlight", stats.inFlight());
    shown.put("acceptedReadings", stats.acceptedReadings());
    shown.put("acknowledgedBatches", stats.acknowledgedBatches());
    shown.put("refusedAppends", stats.refusedAppends());
    shown.put("damagedBytes", stats.damagedBytes());
    if (stats.gap().readings() > 0) {
      shown.put("lostReadings", stats.gap().readings());
      shown.put("lost", stats.gap().recent().stream().map(AgentStatus::stretch).toList());
    }
    return shown;
  }

  /// When the oldest reading was taken that waits for the cloud.
  private Optional<Instant> oldest(Lane lane) {
    try {
      return parts.spool.waiting(lane, 0, 1).batches().stream()
          .map(batch -> Instant.ofEpochMilli(batch.fromMs()))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Map<String, Object> stretch(Gap.Stretch lost) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("readings", lost.readings());
    shown.put("from", Instant.ofEpochMilli(lost.fromMs()).toString());
    shown.put("to", Instant.ofEpochMilli(lost.toMs()).toString());
    shown.put("cause", lost.cause().name().toLowerCase(Locale.ROOT));
    return shown;
  }

  private static Map<String, Object> source(Sources.Source source) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", source.name());
    shown.put("state", source.state().name().toLowerCase(Locale.ROOT));
    shown.put("readings", source.readings());
    source.lastReadingAt().ifPresent(at -> shown.put("lastReadingAt", text(at)));
    shown.put("refusals", source.refusals());
    source
        .lastErrorAt()
        .ifPresent(at -> {
          shown.put("lastError", source.lastError());
          shown.put("lastErrorAt", text(at));
        });
    return shown;
  }

  private static Map<String, Object> loop(Supervisor.LoopStatus loop) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", loop.name());
    shown.put("running", loop.running());
    shown.put("restarts", loop.restarts());
    loop.lastFailureAt()
        .ifPresent(at -> {
          shown.put("lastFailure", loop.lastFailure());
          shown.put("lastFailureAt", text(at));
        });
    return shown;
  }

  private static String text(Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private Map<String, Object> clock(Instant now) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("now", text(now));
    shown.put("known", clock.isKnown());
    shown.put("machineAheadMs", clock.systemAheadMs());
    shown.put("jumps", clock.jumps());
    shown.put("synchronized", Files.exists(TIMESYNC) ? true : JsonText.NULL);
    return shown;
  }

  private Map<String, Object> certificate(Instant now) {
    try {
      return DeviceCertificate.read(config.cloud().certificate()).document(now);
    } catch (IOException e) {
      return Map.of("error", String.valueOf(e.getMessage()));
    }
  }
}
