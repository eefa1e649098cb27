// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.cloud.ServiceRejection;
import io.fieldline.agent.cloud.ServiceRequests;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.JobsConfig;
import io.fieldline.agent.identity.CertificateRotation;
import io.fieldline.agent.jobs.JobJournal.Entry;
import io.fieldline.agent.update.RunningImage;
import io.fieldline.messages.JobTopics;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// Takes the thing's jobs one after the other. What an execution is and how far it has come is in
/// the journal before it is done; at a start the journal says whether to go on, to report, or to
/// fail, and only then is the next one asked for.
///
/// Source: AWS IoT Core Developer Guide, Jobs device MQTT API operations.
public final class JobRunner {
  private static final Logger LOG = System.getLogger(JobRunner.class.getName());
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration CONNECTED_WITHIN = Duration.ofMinutes(1);
  private static final Duration ASK_ANYWAY = Duration.ofMinutes(10);

  private final JobTopics topics;
  private final ServiceRequests requests;
  private final JobJournal journal;
  private final Backoff backoff;
  private final Runnable restart;
  private final Clock clock;
  private final RunJob run;
  private final RotateCertificateJob rotate;
  private final RebootJob reboot;
  private final UploadLogsJob uploadLogs;
  private final UpdateJob update;
  private final Semaphore news = new Semaphore(0);
  private final AtomicReference<Optional<JobExecution>> wanted =
      new AtomicReference<>(Optional.empty());
  private long askedNanos = System.nanoTime();

  /// What it needs of the agent.
  ///
  /// @param image what runs
  /// @param delivers whether a batch was acknowledged since the start, or none waits
  /// @param restart ends the agent so that it is started anew
  public record Parts(
      AgentConfig config,
      JobsConfig jobs,
      RunningImage image,
      BooleanSupplier delivers,
      ServiceRequests requests,
      Backoff backoff,
      Clock clock,
      Runnable restart) {}

  /// A runner that is idle until [#follow].
  public JobRunner(Parts parts) throws IOException {
    AgentConfig config = parts.config();
    this.topics = Topics.jobs(config.thing());
    this.requests = parts.requests();
    this.journal = new JobJournal(config.folder());
    this.backoff = parts.backoff();
    this.restart = parts.restart();
    this.clock = parts.clock();
    this.run = new RunJob(parts.jobs().programs());
    var rotation = new CertificateRotation(config.cloud(), config.thing(), requests, parts.clock());
    this.rotate =
        new RotateCertificateJob(
            rotation, config.cloud(), requests.state(), parts.jobs().rotateWithin());
    this.reboot =
        new RebootJob(
            parts.jobs().reboot(), parts.jobs().rebootWithin(), RebootJob.BOOT_ID, parts.clock());
    var servers = new WebServers(config.cloud().proxy());
    this.uploadLogs = new UploadLogsJob(config.log().file(), parts.jobs().uploadHosts(), servers);
    this.update =
        new UpdateJob(
            parts.jobs().update(),
            parts.image(),
            new UpdateJob.Parts(
                config.cloud().connectSpread(),
                config.spool().minFreeBytes(),
                new UpdateHealth(requests.state(), parts.delivers()),
                this::documentNow,
                servers,
                backoff));
  }

  /// Ends what a kill cut short and what must not wait, before the agent connects.
  public static void recover(AgentConfig config) throws IOException {
    Optional<Entry> open = new JobJournal(config.folder()).open();
    if (open.isPresent() && isRotation(open.get().execution())) {
      RotateCertificateJob.recover(open.get().state(), config.cloud());
    }
  }

  private static boolean isRotation(JobExecution execution) {
    try {
      return JobDocument.parse(execution.document()) instanceof JobDocument.RotateCertificate;
    } catch (JobException e) {
      // Perhaps a later version of the agent began it; it fails when its turn comes.
      return false;
    }
  }

  /// What is done now, how far it is, and how the last ones ended, the latest first.
  public Map<String, Object> document() {
    return JobsShown.document(journal.known());
  }

  /// Begins a rotation of the certificate that a person at the device asks for.
  ///
  /// @return the name under which [#document] tells what becomes of it
  /// @throws IOException if it cannot begin now, saying why
  public String rotate(String template, Map<String, String> parameters) throws IOException {
    if (!requests.state().isConnected()) {
      throw new IOException("the agent is not connected to the cloud now: agentctl status");
    }
    Optional<Entry> open = journal.known().open();
    if (open.isPresent()) {
      throw new IOException(
          "another job is under way: " + open.get().execution().name() + "; agentctl jobs");
    }
    Map<String, Object> part =
        Map.of("type", "rotate-certificate", "template", template, "parameters", parameters);
    JobExecution execution =
        JobExecution.local("agentctl-" + clock.millis(), Map.of("fieldline", part));
    if (!wanted.compareAndSet(Optional.empty(), Optional.of(execution))) {
      throw new IOException("a rotation was asked for a moment ago; agentctl jobs");
    }
    news.release();
    return execution.name();
  }

  /// Takes jobs until interrupted.
  public void follow() throws IOException, InterruptedException {
    boolean resumed = journal.open().isPresent();
    long session = 0;
    while (true) {
      Optional<Entry> open = journal.open();
      try {
        if (open.isPresent() && open.get().outcome().isEmpty() && open.get().started()) {
          carryOut(open.get(), resumed);
        } else if (requests.state().isConnected()) {
          if (requests.state().session() != session) {
            requests.listen(topics.notifyNext(), news::release);
            session = requests.state().session();
            news.release();
          }
          step(open);
        } else {
          requests.state().awaitSessionAfter(session, TICK);
        }
        resumed = false;
        backoff.reset();
      } catch (ServiceRejection e) {
        later(e.code() + ": " + e.reason());
      } catch (IOException e) {
        later(String.valueOf(e.getMessage()));
      }
    }
  }

  private void later(String problem) throws InterruptedException {
    LOG.log(Level.WARNING, "jobs: tried again later: {0}", problem);
    backoff.pause();
  }

  private void step(Optional<Entry> open)
      throws IOException, ServiceRejection, InterruptedException {
    if (open.isEmpty()) {
      next();
    } else if (open.get().outcome().isPresent()) {
      report(open.get(), open.get().outcome().get());
    } else {
      begin(open.get());
    }
  }

  /// Keeps the next execution before the cloud hears that it has begun.
  private void next() throws IOException, ServiceRejection, InterruptedException {
    if (!news.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS)
        && System.nanoTime() - askedNanos < ASK_ANYWAY.toNanos()) {
      return;
    }
    Optional<JobExecution> local = wanted.getAndSet(Optional.empty());
    if (local.isPresent()) {
      journal.keep(new Entry(local.get(), true, Map.of(), Optional.empty()));
      // For the cloud's, when that has ended.
      news.release();
      return;
    }
    askedNanos = System.nanoTime();
    news.drainPermits();
    Optional<JobExecution> next = JobExecution.of(ask(topics.getNext(), Map.of()));
    if (next.isEmpty()) {
      return;
    }
    news.release();
    JobExecution execution = next.get();
    Optional<JobOutcome> ended = journal.ended(execution);
    if (ended.isPresent() && execution.begun()) {
      journal.keep(new Entry(execution, true, Map.of(), ended));
    } else if (execution.begun()) {
      var unknown =
          JobOutcome.failed(
              "it was begun before, and this device remembers nothing of it; it is not begun twice");
      journal.keep(new Entry(execution, true, Map.of(), Optional.of(unknown)));
    } else {
      journal.keep(new Entry(execution, false, Map.of(), Optional.empty()));
    }
  }

  private void begin(Entry entry) throws IOException, ServiceRejection, InterruptedException {
    JobExecution execution = entry.execution();
    LOG.log(Level.INFO, "job begins: job={0}", execution.name());
    try {
      update(execution, "IN_PROGRESS", Map.of());
      journal.keep(
          new Entry(execution.begunAs(execution.version() + 1), true, Map.of(), Optional.empty()));
    } catch (ServiceRejection e) {
      if (e.isForNow()) {
        throw e;
      }
      if (e.code().equals("VersionMismatch") && e.version().isPresent()) {
        // The answer to an update before this one was lost, or somebody else changed it.
        journal.keep(
            new Entry(
                new JobExecution(
                    execution.jobId(),
                    execution.number(),
                    e.version().get(),
                    execution.begun(),
                    execution.document()),
                false,
                Map.of(),
                Optional.empty()));
        return;
      }
      dismissed(execution, e);
    }
  }

  /// The cloud has ended it: canceled, timed out, or deleted.
  private void dismissed(JobExecution execution, ServiceRejection why) throws IOException {
    LOG.log(
        Level.WARNING,
        "the cloud takes no more of this job: job={0} code={1}",
        execution.name(),
        why.code());
    journal.close(JobOutcome.failed("the cloud ended it: " + why.code()));
  }

  private void carryOut(Entry entry, boolean resumed) throws IOException, InterruptedException {
    JobOutcome outcome;
    try {
      Optional<JobOutcome> ended =
          handle(JobDocument.parse(entry.execution().document()), new Kept(entry), resumed);
      if (ended.isEmpty()) {
        LOG.log(Level.INFO, "the agent starts anew for a job: job={0}", entry.execution().name());
        restart.run();
        // Until the end of this process.
        new CountDownLatch(1).await();
        return;
      }
      outcome = ended.get();
    } catch (JobException e) {
      outcome = JobOutcome.failed(e.reason());
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "job failed: job=" + entry.execution().name(), e);
      outcome = JobOutcome.failed(String.valueOf(e));
    }
    LOG.log(
        Level.INFO,
        "job ended: job={0} succeeded={1} details={2}",
        entry.execution().name(),
        outcome.succeeded(),
        outcome.details());
    journal.keep(
        new Entry(
            entry.execution(),
            true,
            journal.open().map(Entry::state).orElse(Map.of()),
            Optional.of(outcome)));
  }

  private Optional<JobOutcome> handle(JobDocument document, Kept progress, boolean resumed)
      throws JobException, IOException, InterruptedException {
    return switch (document) {
      case JobDocument.Run job -> run.carryOut(job, progress, resumed);
      case JobDocument.RotateCertificate job -> rotate.carryOut(job, progress, resumed);
      case JobDocument.Reboot job -> reboot.carryOut(job, progress, resumed);
      case JobDocument.UploadLogs job -> uploadLogs.carryOut(job, progress, resumed);
      case JobDocument.Update job -> update.carryOut(job, progress, resumed);
    };
  }

  private void report(Entry entry, JobOutcome outcome)
      throws IOException, ServiceRejection, InterruptedException {
    JobExecution execution = entry.execution();
    if (execution.isLocal()) {
      journal.close(outcome);
      return;
    }
    try {
      update(execution, outcome.succeeded() ? "SUCCEEDED" : "FAILED", outcome.details());
      journal.close(outcome);
    } catch (ServiceRejection e) {
      if (e.isForNow()) {
        throw e;
      }
      if (e.code().equals("VersionMismatch") && e.version().isPresent()) {
        journal.keep(
            new Entry(execution.begunAs(e.version().get()), true, entry.state(), entry.outcome()));
        return;
      }
      dismissed(execution, e);
    }
  }

  private void update(JobExecution execution, String status, Map<String, String> details)
      throws IOException, ServiceRejection, InterruptedException {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("status", status);
    request.put("expectedVersion", execution.version());
    request.put("executionNumber", execution.number());
    if (!details.isEmpty()) {
      request.put("statusDetails", details);
    }
    ask(topics.update(execution.jobId()), request);
  }

  /// The open job's document, with presigned URLs made anew.
  ///
  /// Source: AWS IoT Core Developer Guide, DescribeJobExecution.
  private JobDocument documentNow() throws JobException, IOException, InterruptedException {
    requests.state().awaitSessionAfter(0, CONNECTED_WITHIN);
    JobExecution open = journal.open().orElseThrow().execution();
    try {
      Map<String, Object> answer =
          ask(
              topics.get(open.jobId()),
              Map.of("executionNumber", open.number(), "includeJobDocument", true));
      return JobDocument.parse(
          JobExecution.of(answer).map(JobExecution::document).orElse(Map.of()));
    } catch (ServiceRejection e) {
      throw new IOException(e.code() + ": " + e.reason());
    }
  }

  private Map<String, Object> ask(String topic, Map<String, Object> request)
      throws IOException, ServiceRejection, InterruptedException {
    return requests.ask(topic, request);
  }

  private final class Kept implements JobHandler.Progress {
    private final JobExecution execution;

    private Kept(Entry entry) {
      this.execution = entry.execution();
    }

    @Override
    public Map<String, Object> state() {
      return journal.open().map(Entry::state).orElse(Map.of());
    }

    @Override
    public void keep(Map<String, Object> state) throws IOException {
      journal.keep(new Entry(execution, true, state, Optional.empty()));
    }
  }
}
