// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.cloud.LinkState;
import io.fieldline.agent.cloud.ServiceRejection;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.identity.CertificateRotation;
import io.fieldline.agent.jobs.JobDocument.RotateCertificate;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Gives the thing another certificate. Before the change of files anything that fails leaves the
/// old one in use; after it, an agent that does not come to connect goes back to the old one.
final class RotateCertificateJob implements JobHandler<RotateCertificate> {
  private static final Duration CONNECTS_WITHIN = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int TRIES = 5;

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

  private final CertificateRotation rotation;
  private final AgentConfig.Cloud cloud;
  private final LinkState link;

  RotateCertificateJob(CertificateRotation rotation, AgentConfig.Cloud cloud, LinkState link) {
    this.rotation = rotation;
    this.cloud = cloud;
    this.link = link;
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
      throws JobException, IOException, InterruptedException {
    // A change that is over at the start of the agent was followed by a restart.
    boolean restarted = resumed;
    while (true) {
      Step step = step(progress.state());
      switch (step) {
        case KEY, CERTIFY, REGISTER, PROVE, KEEP_OLD -> before(step, job, progress);
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
          if (!restarted) {
            return Optional.empty();
          }
          throw new JobException(
              "the new certificate did not connect after the change; back on the old one: "
                  + progress.state().getOrDefault("trouble", "no cause known"));
        }
      }
    }
  }

  private void before(Step step, RotateCertificate job, Progress progress)
      throws JobException, IOException, InterruptedException {
    try {
      switch (step) {
        case KEY -> {
          rotation.makeKey();
          next(progress, Step.CERTIFY, Map.of("previous", rotation.certificateId()));
        }
        case CERTIFY -> next(progress, Step.REGISTER, rotation.certify());
        case REGISTER -> {
          String token = String.valueOf(progress.state().getOrDefault("token", ""));
          rotation.register(job.template(), job.parameters(), token);
          next(progress, Step.PROVE, Map.of("token", ""));
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
    } catch (ServiceRejection e) {
      rotation.forgetOther();
      throw new JobException("stays on the old certificate: " + e.code() + ": " + e.reason());
    } catch (IOException e) {
      rotation.forgetOther();
      throw new JobException("stays on the old certificate: " + e.getMessage());
    }
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
        Thread.sleep(PAUSE);
      }
    }
  }

  private Optional<JobOutcome> connect(Progress progress) throws IOException, InterruptedException {
    if (link.awaitSessionAfter(0, CONNECTS_WITHIN) > 0) {
      rotation.forgetOther();
      Map<String, String> details = new LinkedHashMap<>();
      details.put("certificateId", rotation.certificateId());
      details.put("previousCertificateId", String.valueOf(progress.state().get("previous")));
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
