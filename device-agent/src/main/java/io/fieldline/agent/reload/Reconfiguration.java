// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.reload;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.config.Configuration;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.reload.Outcome.State;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The configuration in force: the file's, with what the shadow `config` desires laid over it.
///
/// What the shadow changes is checked as the file is, kept on the disk, then taken on trial. It
/// stays if the cloud has heard of it over the connection that it left and the sources that it
/// began anew do not fail; else the one before is taken again. A trial goes on over a restart, two
/// of them at most. What was taken back is tried again only after something else was desired.
public final class Reconfiguration {
  private static final Logger LOG = System.getLogger(Reconfiguration.class.getName());
  private static final int MOST_STARTS = 2;
  private static final Duration LOOK = Duration.ofMillis(200);

  /// The shadow holds what is desired and what is reported, in 8 KB together. Source: AWS IoT Core
  /// quotas.
  private static final int SHADOW_ROOM = 7500;

  private final Path file;
  private final Clock clock;
  private final ShadowJournal journal;
  private final BlockingQueue<Desired> desires = new LinkedBlockingQueue<>();
  private final List<Changeable> parts = new ArrayList<>();
  private String text;
  private Configuration current;
  private Map<String, Object> laidOver;
  private Sources sources;
  private Consumer<Map<String, Object>> reporter = _ -> {};
  private Map<String, Object> lastReport = Map.of();
  private volatile Map<String, Object> heardReport = Map.of();
  private @Nullable Desired lastDesired;
  private @Nullable Trial trial;

  private record Desired(Map<String, Object> document, long version) {}

  private Reconfiguration(
      Path file, String text, Configuration current, ShadowJournal journal, Clock clock) {
    this.file = file;
    this.text = text;
    this.current = current;
    this.laidOver = Map.of();
    this.journal = journal;
    this.clock = clock;
    this.sources = new Sources(clock, System::nanoTime);
  }

  /// What the agent starts with: the file, and what the shadow had laid over it.
  ///
  /// @throws ConfigException if the file alone is refused
  public static Reconfiguration open(Path file, Clock clock) throws ConfigException {
    String text = ConfigFile.text(file);
    Configuration alone = ConfigFile.read(file, text, Map.of());
    var journal = new ShadowJournal(alone.agent().folder());
    var opened = new Reconfiguration(file, text, alone, journal, clock);
    if (alone.shadow().enabled()) {
      opened.lay(opened.started());
    }
    return opened;
  }

  /// The document that this start begins with.
  private Map<String, Object> started() {
    ShadowJournal.Entry entry = journal.entry();
    if (entry.trial().isEmpty()) {
      return entry.inForce();
    }
    try {
      if (entry.starts() < MOST_STARTS) {
        journal.write(entry.startedOnceMore());
        trial = Trial.afterRestart(current.shadow().trial());
        return entry.trial().get();
      }
      String why = "the agent ended " + (entry.starts() + 1) + " times while this was tried";
      LOG.log(Level.WARNING, "configuration of the shadow is taken back: {0}", why);
      journal.write(entry.takesTrialBack(ended(State.TAKEN_BACK, why)));
    } catch (IOException e) {
      // What cannot be counted is not tried.
      LOG.log(Level.WARNING, "the folder takes no writes, the configuration before is used", e);
    }
    return entry.inForce();
  }

  /// Lays a document over the file; the file alone counts where they do not fit any more.
  private void lay(Map<String, Object> document) {
    try {
      current = ConfigFile.read(file, text, document);
      laidOver = document;
    } catch (ConfigException e) {
      LOG.log(Level.WARNING, "the shadow does not fit the file any more: {0}", e.getMessage());
      unfit(e.details());
    }
  }

  private void unfit(List<ConfigException.Problem> problems) {
    trial = null;
    keep(journal.entry().dropsTrial(Outcome.refused(version(), now(), problems)));
  }

  private long version() {
    return journal.entry().outcome().map(Outcome::version).orElse(0L);
  }

  private long now() {
    return clock.millis();
  }

  /// The configuration in force.
  public synchronized AgentConfig config() {
    return current.agent();
  }

  /// Where it is from.
  public Path file() {
    return file;
  }

  /// The file's text that is in force.
  public synchronized String text() {
    return text;
  }

  /// Whether the shadow `config` may change anything.
  public synchronized boolean heedsShadow() {
    return current.shadow().enabled();
  }

  /// What became of what the shadow desired last, as it is reported; empty if it never did.
  public synchronized Optional<Map<String, Object>> outcome() {
    return journal.entry().outcome().map(Outcome::document);
  }

  /// Why it is not in force, in plain words.
  public synchronized Optional<String> trouble() {
    return journal.entry().outcome().filter(was -> !was.state().isInForce()).map(Outcome::trouble);
  }

  /// Is told of every change from now on.
  public synchronized void add(Changeable part) {
    parts.add(part);
  }

  /// The sources whose state a trial looks at.
  public synchronized void watch(Sources state) {
    sources = state;
  }

  /// Is told what the shadow is to report, now and whenever it changes.
  public synchronized void onReport(Consumer<Map<String, Object>> next) {
    reporter = next;
    report();
  }

  // --- the shadow ------------------------------------------------------------------------------

  /// What the shadow desires; returns at once.
  public void desired(Map<String, Object> document, long version) {
    desires.add(new Desired(document, version));
  }

  /// The cloud has this report.
  public void heard(Map<String, Object> report) {
    heardReport = report;
  }

  /// Takes what is desired, and judges trials, until interrupted.
  public void follow() throws InterruptedException {
    while (true) {
      Desired next = desires.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      for (Desired later = desires.poll(); later != null; later = desires.poll()) {
        next = later;
      }
      if (next != null) {
        take(next);
      }
      judge();
    }
  }

  private synchronized void take(Desired desired) throws InterruptedException {
    lastDesired = desired;
    ShadowJournal.Entry entry = journal.entry();
    if (!current.shadow().enabled()) {
      if (!desired.document.isEmpty()) {
        refuse(desired, "configShadow.enabled is false in the file");
      }
    } else if (desired.document.equals(laidOver)) {
      if (entry.outcome().filter(was -> !was.state().isInForce()).isPresent()) {
        keep(entry.isSettled(Outcome.of(settled(), desired.version, now())));
      }
    } else if (!entry.takenBack().equals(Optional.of(desired.document))) {
      tryOut(desired);
    }
    report();
  }

  private State settled() {
    return trial == null ? State.IN_FORCE : State.ON_TRIAL;
  }

  private void tryOut(Desired desired) throws InterruptedException {
    Configuration next;
    try {
      next = ConfigFile.read(file, text, desired.document);
    } catch (ConfigException e) {
      LOG.log(Level.WARNING, "configuration of the shadow is refused: {0}", e.getMessage());
      refuse(desired, Outcome.refused(desired.version, now(), e.details()));
      return;
    }
    Outcome onTrial = Outcome.of(State.ON_TRIAL, desired.version, now());
    try {
      journal.write(journal.entry().tries(desired.document, onTrial));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "configuration of the shadow cannot be kept, so it is not taken", e);
      refuse(desired, "it cannot be kept on the disk: " + e);
      return;
    }
    Trial before = trial;
    Set<String> badBefore = Trial.bad(sources);
    try {
      Set<String> begun = change(next);
      laidOver = desired.document;
      Duration length = next.shadow().trial();
      trial = before == null ? Trial.of(length, begun, badBefore) : before.then(length, begun);
      LOG.log(Level.INFO, "configuration of the shadow is on trial: version={0}", desired.version);
    } catch (IOException | RuntimeException e) {
      takeBack("it cannot be taken: " + e.getMessage());
    }
  }

  private void refuse(Desired desired, String why) {
    refuse(desired, new Outcome(State.REFUSED, desired.version, now(), why, List.of()));
  }

  /// The same again is no news: its report stays as it is.
  private void refuse(Desired desired, Outcome refused) {
    boolean same =
        journal
            .entry()
            .outcome()
            .filter(was ->
                was.state() == State.REFUSED
                    && was.errors().equals(refused.errors())
                    && was.why().equals(refused.why()))
            .isPresent();
    if (!same) {
      keep(journal.entry().with(refused));
    }
  }

  private void keep(ShadowJournal.Entry entry) {
    try {
      journal.writeOrRemember(entry);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "what became of the shadow's configuration cannot be kept", e);
    }
  }

  private synchronized void judge() throws InterruptedException {
    Trial running = trial;
    if (running == null) {
      return;
    }
    // Also an earlier report of the same: the session was there to compare it.
    boolean heard = heardReport.equals(lastReport);
    if (heard && (running.isOver() || running.isProvedBy(sources))) {
      Optional<String> failure = running.failure(sources);
      if (failure.isEmpty()) {
        settle();
      } else {
        takeBack(failure.get());
      }
    } else if (running.isOver()) {
      takeBack(
          "the cloud did not hear of it within "
              + current.shadow().trial().toSeconds()
              + " s over the connection that it left");
    }
  }

  private void settle() {
    try {
      journal.write(journal.entry().keepsTrial(ended(State.IN_FORCE, "")));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the folder takes no writes, the trial goes on", e);
      return;
    }
    trial = null;
    LOG.log(Level.INFO, "configuration of the shadow stays");
    report();
  }

  /// Takes what was in force before the trial.
  private void takeBack(String why) throws InterruptedException {
    LOG.log(Level.WARNING, "configuration of the shadow is taken back: {0}", why);
    keep(journal.entry().takesTrialBack(ended(State.TAKEN_BACK, why)));
    trial = null;
    try {
      Map<String, Object> before = journal.entry().inForce();
      change(ConfigFile.read(file, text, before));
      laidOver = before;
    } catch (ConfigException | IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "the configuration before cannot be taken without a restart", e);
    }
    report();
  }

  /// What is desired may have been replaced meanwhile by something that was refused: that stays
  /// told.
  private Optional<Outcome> ended(State state, String why) {
    return journal
        .entry()
        .outcome()
        .map(was -> was.state() == State.ON_TRIAL ? was.is(state, now(), why) : was);
  }

  private void report() {
    Optional<Outcome> outcome = journal.entry().outcome();
    if (outcome.isEmpty()) {
      return;
    }
    Map<String, Object> report = new LinkedHashMap<>(laidOver);
    report.put("status", outcome.get().document());
    Desired last = lastDesired;
    Map<String, Object> desired = last == null ? laidOver : last.document;
    if (JsonText.write(desired).length() + JsonText.write(report).length() > SHADOW_ROOM) {
      // Without its echo there is a delta in the shadow; the status says that it is taken.
      report.keySet().retainAll(Set.of("status"));
    }
    lastReport = report;
    reporter.accept(report);
  }

  // --- the file --------------------------------------------------------------------------------

  /// Takes the file as it is now.
  ///
  /// @return the keys whose values changed
  /// @throws ConfigException if it is refused; all is as before
  /// @throws ReloadException if it takes a restart or cannot be taken; all is as before
  public synchronized List<String> reload()
      throws ConfigException, ReloadException, InterruptedException {
    String now = ConfigFile.text(file);
    Configuration alone = ConfigFile.read(file, now, Map.of());
    Configuration next = alone;
    Map<String, Object> over = Map.of();
    List<ConfigException.Problem> unfit = List.of();
    try {
      next = ConfigFile.read(file, now, laidOver);
      over = laidOver;
    } catch (ConfigException e) {
      unfit = e.details();
    }
    List<String> restart = current.restartFor(next);
    if (!restart.isEmpty()) {
      throw new ReloadException(
          "nothing was changed: these keys take a restart of the agent: "
              + String.join(", ", restart));
    }
    List<String> changed = current.changesTo(next);
    Configuration before = current;
    try {
      change(next);
    } catch (IOException | RuntimeException e) {
      changeBack(before);
      throw new ReloadException("nothing was changed: " + e.getMessage());
    }
    text = now;
    laidOver = over;
    if (!unfit.isEmpty()) {
      LOG.log(Level.WARNING, "the shadow does not fit the file any more: {0}", unfit);
      unfit(unfit);
      report();
    }
    LOG.log(Level.INFO, "configuration file taken: changed={0}", changed);
    Desired last = lastDesired;
    if (last != null) {
      desires.add(last);
    }
    return changed;
  }

  private Set<String> change(Configuration next) throws IOException, InterruptedException {
    Set<String> begun = new LinkedHashSet<>();
    for (Changeable part : parts) {
      begun.addAll(part.change(next.agent()));
    }
    current = next;
    return begun;
  }

  private void changeBack(Configuration before) throws InterruptedException {
    try {
      change(before);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "the configuration before cannot be taken without a restart", e);
    }
  }

  /// Each key that is not the same in the file as it is now, in the shadow and in force.
  ///
  /// @throws ConfigException if the file is refused as it is now
  public synchronized List<Difference> differences() throws ConfigException {
    Configuration now = ConfigFile.read(file, ConfigFile.text(file), Map.of());
    return Difference.between(now, current);
  }
}
