// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.config.JobsConfig;
import io.fieldline.agent.jobs.JobDocument.Update;
import io.fieldline.agent.update.Download;
import io.fieldline.agent.update.RunningImage;
import io.fieldline.agent.update.Slots;
import io.fieldline.agent.update.UpdateException;
import io.fieldline.agent.update.UpdateKey;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Replaces the agent by another version, in the slot that does not run. Until the switch anything
/// that fails leaves all as it is. After it the launcher decides with the new version: what does
/// not start, does not come to connect and deliver, or stands still, is taken back.
///
/// A job's steps are read by the version that comes after: their names stay.
final class UpdateJob implements JobHandler<Update> {
  private static final Logger LOG = System.getLogger(UpdateJob.class.getName());

  /// How often the launcher starts a version that does not confirm itself.
  private static final int STARTS = 3;

  /// How often this starts anew for a launcher that does not take the slot.
  private static final int SWITCHES = 2;

  /// What S3 answers to a presigned URL that is too old.
  private static final int FORBIDDEN = 403;

  private static final Duration CHECKS_WITHIN = Duration.ofSeconds(60);

  /// What is done next.
  private enum Step {
    BEGIN,
    DOWNLOAD,
    UNPACK,
    CHECK,
    OFFER,
    TRIAL,
    CONFIRM
  }

  private final JobsConfig.Update config;
  private final RunningImage image;
  private final Parts parts;

  /// What it needs of the agent.
  ///
  /// @param connectSpread a start of the agent may wait that long before it connects
  /// @param minFreeBytes what the disk is to keep free
  /// @param health whether this version works
  /// @param renewal has the addresses in the document made anew, which are good for a time only
  record Parts(
      Duration connectSpread,
      long minFreeBytes,
      Health health,
      Renewal renewal,
      WebServers servers,
      Backoff backoff) {}

  /// Says within that time what is wrong with this version; empty if nothing is.
  @FunctionalInterface
  interface Health {
    Optional<String> problemWithin(Duration left) throws InterruptedException;
  }

  /// Asks the cloud for the open job's document as it is now.
  @FunctionalInterface
  interface Renewal {
    JobDocument document() throws JobException, IOException, InterruptedException;
  }

  UpdateJob(JobsConfig.Update config, RunningImage image, Parts parts) {
    this.config = config;
    this.image = image;
    this.parts = parts;
  }

  @Override
  public Optional<JobOutcome> carryOut(Update job, Progress progress, boolean resumed)
      throws JobException, IOException, InterruptedException {
    Slots slots =
        image
            .slots()
            .orElseThrow(() ->
                new JobException(
                    "this agent was not started by its package's launcher with"
                        + " FIELDLINE_AGENT_SLOTS, so it has no slot for an update"));
    try {
      while (true) {
        switch (step(progress)) {
          case BEGIN -> {
            if (image.version().equals(Optional.of(job.version()))) {
              return Optional.of(succeeded(job, Map.of("already", "true")));
            }
            begin(job, slots, progress);
          }
          case DOWNLOAD -> download(job, slots, progress);
          case UNPACK -> unpack(job, slots, progress);
          case CHECK -> check(job, slots, progress);
          case OFFER -> offer(slots, progress);
          case TRIAL -> {
            if (!tried(slots, progress)) {
              return Optional.empty();
            }
          }
          case CONFIRM -> {
            if (!image.slot().equals(target(progress))) {
              throw new JobException(
                  "back on " + image.slot() + ": " + slots.failure().orElse("no cause known"));
            }
            slots.confirm();
            return Optional.of(succeeded(job, Map.of()));
          }
        }
      }
    } catch (UpdateException e) {
      throw new JobException(e.reason());
    }
  }

  private JobOutcome succeeded(Update job, Map<String, String> more) {
    Map<String, String> details = new LinkedHashMap<>(more);
    details.put("version", job.version());
    details.put("slot", image.slot());
    return JobOutcome.succeeded(details);
  }

  private static Step step(Progress progress) {
    return progress.state().get("next") instanceof String name ? Step.valueOf(name) : Step.BEGIN;
  }

  private static String target(Progress progress) {
    return String.valueOf(progress.state().get("slot"));
  }

  /// Nothing is fetched that would not be taken.
  private void begin(Update job, Slots slots, Progress progress) throws JobException, IOException {
    if (slots.trial().filter(open -> open.slot().equals(image.slot())).isPresent()) {
      throw new JobException("the version that runs is on trial itself: send the job again later");
    }
    if (config.keys().isEmpty()) {
      throw new JobException("jobs.update.keys is not configured: nobody may sign updates");
    }
    boolean signed = false;
    byte[] signature = Base64.getDecoder().decode(job.signature());
    for (Path key : config.keys()) {
      signed |= UpdateKey.read(key).hasSigned(job.sha256(), signature);
    }
    if (!signed) {
      throw new JobException(
          "signature: of 'fieldline-agent update sha256:"
              + job.sha256()
              + "' by one of jobs.update.keys expected; none of them has signed it");
    }
    if (job.bytes() > config.maxBytes() || job.unpackedBytes() > config.maxBytes() - job.bytes()) {
      throw new JobException(
          "bytes and unpackedBytes: at most jobs.update.maxBytes "
              + config.maxBytes()
              + " together expected, got "
              + job.bytes()
              + " and "
              + job.unpackedBytes());
    }
    WebServers.check(job.url());
    if (!slots.current().equals(image.slot())) {
      // The launcher found no program in the slot that the link names.
      slots.switchTo(image.slot());
    }
    next(progress, Step.DOWNLOAD, Map.of("slot", Slots.other(image.slot())));
  }

  private void download(Update job, Slots slots, Progress progress)
      throws JobException, IOException, InterruptedException {
    slots.clear(target(progress));
    try (HttpClient http = parts.servers.client()) {
      var download = new Download(http, slots.download(), job.bytes(), parts.backoff);
      download(job, slots, progress, download);
    }
    next(progress, Step.UNPACK, Map.of());
  }

  private void download(Update job, Slots slots, Progress progress, Download download)
      throws JobException, IOException, InterruptedException {
    boolean mine = job.sha256().equals(progress.state().get("fetching"));
    if (!mine) {
      download.drop();
      next(progress, Step.DOWNLOAD, Map.of("fetching", job.sha256()));
    }
    boolean resumed = download.present() > 0;
    room(job, slots, download.present());
    fetch(job, download);
    String is = download.sha256();
    if (!is.equals(job.sha256()) && resumed) {
      // The power went, and with it what was not on the disk yet.
      LOG.log(Level.WARNING, "what was fetched before does not fit, fetched anew");
      download.drop();
      fetch(job, download);
      is = download.sha256();
    }
    if (!is.equals(job.sha256())) {
      download.drop();
      throw new JobException(
          "the archive is not the one that was signed: sha256 "
              + job.sha256()
              + " expected, got "
              + is);
    }
  }

  private void fetch(Update job, Download download)
      throws JobException, IOException, InterruptedException {
    try {
      try {
        download.fetch(job.url());
      } catch (Download.RefusedException e) {
        if (e.status() != FORBIDDEN
            || !(parts.renewal.document() instanceof Update again)
            || !again.sha256().equals(job.sha256())) {
          throw e;
        }
        WebServers.check(again.url());
        download.fetch(again.url());
      }
    } catch (IOException e) {
      throw new JobException("the archive was not to be had: " + e.getMessage());
    }
  }

  private void room(Update job, Slots slots, long present) throws JobException, IOException {
    long needed = job.bytes() - present + job.unpackedBytes() + parts.minFreeBytes;
    long free = Files.getFileStore(slots.folder()).getUsableSpace();
    if (free < needed) {
      throw new JobException(
          "no room for the update: "
              + needed
              + " bytes expected to be free in "
              + slots.folder()
              + " (spool.minFreeBytes among them), got "
              + free);
    }
  }

  private void unpack(Update job, Slots slots, Progress progress)
      throws UpdateException, IOException {
    slots.fill(target(progress), job.unpackedBytes());
    next(progress, Step.CHECK, Map.of());
  }

  /// Whether it can start at all, and takes the configuration.
  private void check(Update job, Slots slots, Progress progress)
      throws JobException, IOException, InterruptedException {
    String target = target(progress);
    Optional<String> version = slots.version(target);
    if (!version.equals(Optional.of(job.version()))) {
      throw new JobException(
          "version "
              + job.version()
              + " expected in the archive, got "
              + version.orElse("no file 'version'"));
    }
    Path program = slots.image(target).resolve("bin/fieldline-agent");
    if (!Files.isExecutable(program)) {
      throw new JobException("a program bin/fieldline-agent expected in the archive");
    }
    String configuration = image.configuration().map(Path::toString).orElse("agent.yaml");
    ProcessGroup group = ProcessGroup.start(program, List.of("--config", configuration, "--check"));
    try {
      if (!group.leader().waitFor(CHECKS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new JobException(
            "the new version did not end within "
                + CHECKS_WITHIN.toSeconds()
                + " s when it was to check the configuration");
      }
      int status = group.leader().exitValue();
      if (status != 0) {
        byte[] said = group.leader().getInputStream().readNBytes(1024);
        throw new JobException(
            "the new version ended with status "
                + status
                + " when it was to check the configuration: "
                + new String(said, StandardCharsets.UTF_8));
      }
    } finally {
      group.kill();
    }
    next(progress, Step.OFFER, Map.of());
  }

  private void offer(Slots slots, Progress progress) throws IOException {
    Duration within = config.healthTimeout().plus(parts.connectSpread);
    slots.offer(new Slots.Trial(target(progress), image.slot(), STARTS, within));
    next(progress, Step.TRIAL, Map.of("back", image.slot()));
  }

  /// True if this is the new version and it works; false if another has to start now.
  private boolean tried(Slots slots, Progress progress)
      throws JobException, IOException, InterruptedException {
    String target = target(progress);
    Optional<Slots.Trial> trial = slots.trial().filter(open -> open.slot().equals(target));
    if (image.slot().equals(target)) {
      Optional<String> problem =
          trial.isEmpty() ? Optional.empty() : parts.health.problemWithin(slots.left(trial.get()));
      if (problem.isPresent()) {
        slots.goBack(trial.get(), problem.get());
        return false;
      }
      next(progress, Step.CONFIRM, Map.of());
      return true;
    }
    Optional<String> failure = slots.failure();
    if (failure.isPresent() || trial.isEmpty()) {
      if (trial.isPresent()) {
        slots.goBack(trial.get(), failure.get());
      }
      slots.clear(target);
      throw new JobException(
          "back on " + image.slot() + ": " + failure.orElse("the new version was taken away"));
    }
    long switches = progress.state().get("switches") instanceof Long number ? number : 0;
    if (switches >= SWITCHES) {
      slots.goBack(trial.get(), "the launcher does not start slot " + target);
      return tried(slots, progress);
    }
    next(progress, Step.TRIAL, Map.of("switches", switches + 1));
    slots.switchTo(target);
    return false;
  }

  private static void next(Progress progress, Step step, Map<String, Object> more)
      throws IOException {
    Map<String, Object> state = new LinkedHashMap<>(progress.state());
    state.putAll(more);
    state.put("next", step.name());
    progress.keep(state);
  }
}
