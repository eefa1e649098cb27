// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.LocalStackOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iotjobsdataplane.IotJobsDataPlaneClient;

/// What the stack's clock does to jobs, and what a restart does not.
final class JobTimesTest {
  private static final String DOCUMENT = "{}";

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s");
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static String arn(String thing) {
    return "arn:aws:iot:us-east-1:000000000000:thing/" + thing;
  }

  private static String status(IotBench bench, String job, String thing) {
    return bench
        .iot
        .describeJobExecution(d -> d.jobId(job).thingName(thing))
        .execution()
        .statusAsString();
  }

  @Test
  void stepsAndJobsTimeOutByTheStacksClock() {
    try (var bench = new IotBench();
        var data = bench.client(IotJobsDataPlaneClient.builder())) {
      bench.iot.createThing(t -> t.thingName("pump"));
      bench.iot.createJob(j ->
          j.jobId("step")
              .targets(arn("pump"))
              .document(DOCUMENT)
              .timeoutConfig(t -> t.inProgressTimeoutInMinutes(20L)));
      data.startNextPendingJobExecution(s -> s.thingName("pump").stepTimeoutInMinutes(7L));

      bench.stack.clock().advance(Duration.ofMinutes(5));
      data.updateJobExecution(
          u -> u.thingName("pump").jobId("step").status("IN_PROGRESS").stepTimeoutInMinutes(60L));
      // The step timer does not reach beyond the job's own.
      assertThat(
              data.describeJobExecution(d -> d.thingName("pump").jobId("step"))
                  .execution()
                  .approximateSecondsBeforeTimedOut())
          .isBetween(880L, 900L);
      assertThat(status(bench, "step", "pump")).isEqualTo("IN_PROGRESS");
      bench.stack.clock().advance(Duration.ofMinutes(16));

      await(() -> status(bench, "step", "pump").equals("TIMED_OUT"));
      await(() ->
          bench.iot.describeJob(j -> j.jobId("step")).job().statusAsString().equals("COMPLETED"));
    }
  }

  @Test
  void thingsAreToldByTheMinute() {
    try (var bench = new IotBench();
        var data = bench.client(IotJobsDataPlaneClient.builder())) {
      List<String> things = IntStream.range(0, 7).mapToObj(i -> "pump-" + i).toList();
      things.forEach(thing -> bench.iot.createThing(t -> t.thingName(thing)));
      bench.iot.createJob(j ->
          j.jobId("slow")
              .targets(things.stream().map(JobTimesTest::arn).toList())
              .document(DOCUMENT)
              .jobExecutionsRolloutConfig(r ->
                  r.exponentialRate(e ->
                      e.baseRatePerMinute(2)
                          .incrementFactor(2.0)
                          .rateIncreaseCriteria(c -> c.numberOfNotifiedThings(2)))));
      assertThat(told(bench)).isEqualTo(2);
      assertThat(bench.iot.describeJob(j -> j.jobId("slow")).job().isConcurrent()).isTrue();

      bench.stack.clock().advance(Duration.ofSeconds(61));

      await(() -> told(bench) == 6);
      assertThat(data.getPendingJobExecutions(g -> g.thingName("pump-6")).queuedJobs()).isEmpty();
      bench.stack.clock().advance(Duration.ofSeconds(61));
      await(() -> told(bench) == 7);
    }
  }

  private static int told(IotBench bench) {
    return bench.iot.listJobExecutionsForJob(l -> l.jobId("slow")).executionSummaries().size();
  }

  @Test
  void jobsAndTheirTimersSurviveARestart(@TempDir Path data) {
    try (var bench = kept(data);
        var jobs = bench.client(IotJobsDataPlaneClient.builder())) {
      bench.iot.createThing(t -> t.thingName("pump"));
      bench.iot.createJob(j ->
          j.jobId("kept")
              .targets(arn("pump"))
              .document(DOCUMENT)
              .timeoutConfig(t -> t.inProgressTimeoutInMinutes(10L)));
      jobs.startNextPendingJobExecution(s -> s.thingName("pump"));
    }
    try (var bench = kept(data);
        var jobs = bench.client(IotJobsDataPlaneClient.builder())) {
      var running = jobs.getPendingJobExecutions(g -> g.thingName("pump")).inProgressJobs();
      assertThat(running.getFirst().versionNumber()).isEqualTo(2);

      bench.stack.clock().advance(Duration.ofMinutes(11));

      await(() -> status(bench, "kept", "pump").equals("TIMED_OUT"));
    }
  }

  private static IotBench kept(Path data) {
    LocalStackOptions test = LocalStackOptions.forTest();
    return new IotBench(LocalStack.start(test.withData(data)));
  }
}
