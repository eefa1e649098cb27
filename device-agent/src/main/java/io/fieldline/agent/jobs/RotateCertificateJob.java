// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.cloud.LinkState;
import io.fieldline.agent.cloud.ServiceRejection;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.identity.CertificateRotation;
import io.fieldline.agent.jobs.JobDocument.RotateCertificate;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Gives the thing another certificate. Before the change of files anything that fails leaves the
/// old one in use; after it, an agent that does not come to connect goes back to the old one. Who
/// failed says which certificate is of no use now, so that it can be deactivated.
final class RotateCertificateJob implements JobHandler<RotateCertificate> {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int TRIES = 5;

  /// The id of the new certificate in what is kept.
  private static final String MADE = "certificateId";

  private static final String PREVIOUS = "previous";

  /// What is done next.
  private enum Step {
    KEY,
    CERTIFY,
    REGISTER,
    PROVE,
    KEEP_OLD,
    MOVE_IN,
    CONNECT,
    MOVE_BACK,
    GIVE_UP
  }

  private static final Logger LOG = System.getLogger(RotateCertificateJob.class.getName());

  private final CertificateRotation rotation;
  private final AgentConfig.Cloud cloud;
  private final LinkState link;
  private final Duration connectsWithin;

  /// @param connectsWithin how long the agent may take to connect with the new certificate
  RotateCertificateJob(
      CertificateRotation rotation,
      AgentConfig.Cloud cloud,
      LinkState link,
      Duration connectsWithin) {
    this.rotation = rotation;
    this.cloud = cloud;
    this.link = link;
    this.connectsWithin = connectsWithin;
  }

  /// Ends a change of files that a kill cut short, before anything reads them.
  static void recover(Map<String, Object> state, AgentConfig.Cloud cloud) throws IOException {
    switch (step(state)) {
      case MOVE_IN -> CertificateRotation.moveIn(cloud);
      case MOVE_BACK -> CertificateRotation.moveBack(cloud);
      case KEY, CERTIFY, REGISTER, PROVE, KEEP_OLD, CONNECT, GIVE_UP -> {}
    }
  }

  private static Step step(Map<String, Object> state) {
    return state.get("next") instanceof String name ? Step.valueOf(name) : Step.KEY;
  }

  @Override
  public Optional<JobOutcome> carryOut(RotateCertificate job, Progress progress, boolean resumed)
      throws IOException, InterruptedException {
    // A change that is over at the start of the agent was followed by a restart.
    boolean restarted = resumed;
    while (true) {
      Step step = step(progress.state());
      switch (step) {
        case KEY, CERTIFY, REGISTER, PROVE, KEEP_OLD -> {
          Optional<JobOutcome> failure = before(step, job, progress);
          if (failure.isPresent()) {
            return failure;
          }
        }
        case MOVE_IN -> {
          CertificateRotation.moveIn(cloud);
          next(progress, Step.CONNECT, Map.of());
          if (!restarted) {
            return Optional.empty();
          }
        }
        case CONNECT -> {
          if (!restarted) {
            return Optional.empty();
          }
          Optional<JobOutcome> outcome = connect(progress);
          if (outcome.isPresent()) {
            return outcome;
          }
          restarted = false;
        }
        case MOVE_BACK -> {
          CertificateRotation.moveBack(cloud);
          next(progress, Step.GIVE_UP, Map.of());
          if (!restarted) {
            return Optional.empty();
          }
        }
        case GIVE_UP -> {
          rotation.forgetOther();
          return restarted
              ? Optional.of(
                  failed(
                      "the new certificate did not connect after the change; back on the old one: "
                          + progress.state().getOrDefault("trouble", "no cause known"),
                      progress))
              : Optional.empty();
        }
      }
    }
  }

  /// One step before the change; how it failed, if it did.
  private Optional<JobOutcome> before(Step step, RotateCertificate job, Progress progress)
      throws InterruptedException {
    try {
      switch (step) {
        case KEY -> {
          rotation.makeKey();
          next(progress, Step.CERTIFY, Map.of(PREVIOUS, rotation.certificateId()));
        }
        case CERTIFY -> next(progress, Step.REGISTER, connected(rotation::certify));
        case REGISTER -> {
          String token = String.valueOf(progress.state().getOrDefault("token", ""));
          next(
              progress,
              Step.PROVE,
              connected(() -> {
                rotation.register(job.template(), job.parameters(), token);
                return Map.of("token", "");
              }));
        }
        case PROVE -> {
          prove();
          next(progress, Step.KEEP_OLD, Map.of());
        }
        default -> {
          rotation.keepOld();
          next(progress, Step.MOVE_IN, Map.of());
        }
      }
      return Optional.empty();
    } catch (ServiceRejection e) {
      return staysOnTheOld(e.code() + ": " + e.reason(), progress);
    } catch (FileSystemException e) {
      // Its message alone is the file's name.
      return staysOnTheOld(e.toString(), progress);
    } catch (IOException | RuntimeException e) {
      return staysOnTheOld(String.valueOf(e.getMessage()), progress);
    }
  }

  /// What is asked of the cloud.
  @FunctionalInterface
  private interface Request {
    Map<String, Object> ask() throws IOException, ServiceRejection, InterruptedException;
  }

  /// Asks once there is a session, and again if it ended meanwhile: a link that comes and goes is
  /// no reason to fail. One that the broker ends each time is.
  private Map<String, Object> connected(Request request)
      throws IOException, ServiceRejection, InterruptedException {
    for (int tries = 1; ; tries++) {
      while (!link.isConnected()) {
        link.awaitSessionAfter(-1, LOOK);
      }
      long session = link.session();
      try {
        return request.ask();
      } catch (IOException e) {
        if (tries == TRIES || (link.isConnected() && link.session() == session)) {
          throw e;
        }
      }
    }
  }

  private Optional<JobOutcome> staysOnTheOld(String why, Progress progress) {
    try {
      rotation.forgetOther();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the new key is still there: cause={0}", e.toString());
    }
    return Optional.of(failed("stays on the old certificate: " + why, progress));
  }

  /// Failed, with the certificate that is of no use now, if one was made.
  private static JobOutcome failed(String reason, Progress progress) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("reason", reason);
    if (progress.state().get(MADE) instanceof String made) {
      details.put("unusedCertificateId", made);
    }
    return new JobOutcome(false, details);
  }

  /// What was just put in force may take AWS a moment to know everywhere.
  private void prove() throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        rotation.prove();
        return;
      } catch (IOException e) {
        if (tries == TRIES) {
          throw new IOException("the new one does not connect: " + e.getMessage(), e);
        }
        Thread.sleep(cloud.minBackoff().multipliedBy(2));
      }
    }
  }

  private Optional<JobOutcome> connect(Progress progress) throws IOException, InterruptedException {
    if (link.awaitSessionAfter(0, connectsWithin) > 0) {
      rotation.forgetOther();
      String connected = rotation.certificateId();
      if (!connected.equals(progress.state().get(MADE))) {
        return Optional.of(
            failed("the new certificate was gone before the change; the old one stays", progress));
      }
      Map<String, String> details = new LinkedHashMap<>();
      details.put("certificateId", connected);
      details.put("previousCertificateId", String.valueOf(progress.state().get(PREVIOUS)));
      return Optional.of(JobOutcome.succeeded(details));
    }
    String trouble =
        link.lastTrouble()
            .map(last -> last.cause() + "; " + last.meaning())
            .orElse("no cause known");
    next(progress, Step.MOVE_BACK, Map.of("trouble", trouble));
    return Optional.empty();
  }

  private static void next(Progress progress, Step step, Map<String, Object> more)
      throws IOException {
    Map<String, Object> state = new LinkedHashMap<>(progress.state());
    state.putAll(more);
    state.put("next", step.name());
    progress.keep(state);
  }
}
