// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Ways;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// Each permission of the deployed template is taken away in turn: something that people do then
/// fails, and AWS's denial names what is missing. What nobody misses is surplus and must go.
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PermissionRemovalTest {
  private static final System.Logger LOG = System.getLogger(PermissionRemovalTest.class.getName());

  /// `-Dfieldline.removal=SweepFunction` tries those alone.
  private static final Pattern ONLY = Pattern.compile(System.getProperty("fieldline.removal", ""));

  private static final Pattern DENIED =
      Pattern.compile("is not authorized to perform: |denied client=");
  private static final Duration MISSED_WITHIN = Duration.ofSeconds(20);
  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(5);
  private static final String MIRROR_SCHEDULE = "FleetMirrorsScheduleRole";
  private static final Duration A_SCHEDULE = Duration.ofSeconds(80);

  private final Pipeline pipeline = Pipeline.deploy();
  private final Grants grants = new Grants(pipeline.aws());
  private final DeviceExercise device = new DeviceExercise(pipeline);
  private final BackendExercise backend;
  private final JobsExercise jobs;
  private final RareSchedule mirrors = new RareSchedule(pipeline.aws(), "fieldline-dev-mirror");
  private final BrowserConnect browser;
  private final Provisioning provisioning;
  private final Agent agent;
  private final Ways ways = new Ways(pipeline.endpoint());

  PermissionRemovalTest() throws Exception {
    backend = new BackendExercise(pipeline, grants);
    jobs = new JobsExercise(pipeline);
    provisioning = new Provisioning(pipeline, backend.admin());
    browser = new BrowserConnect(pipeline, backend.admin(), "fieldline-dev-live");
    agent =
        pipeline.gateway("removal-agent").agent("actuators: {lamp: {type: switch}}\n").connected();
  }

  @AfterAll
  void close() {
    backend.close();
    agent.close();
    pipeline.close();
  }

  @TestFactory
  Stream<DynamicTest> everyPermissionIsMissed() {
    List<Grant> all = grants.all();
    assertThat(all).hasSizeGreaterThan(50);
    all = all.stream().filter(grant -> ONLY.matcher(grant.name()).find()).toList();
    return Stream.of(
            Stream.of(DynamicTest.dynamicTest("with every permission all works", this::calm)),
            all.stream().map(grant -> DynamicTest.dynamicTest(grant.name(), () -> missed(grant))),
            Stream.of(DynamicTest.dynamicTest("with all given back all works", this::calm)))
        .flatMap(tests -> tests);
  }

  private void calm() throws Exception {
    backend.alarmRule(device.thing());
    device.everything();
    Await.until(
        "the device in the API",
        Duration.ofSeconds(60),
        () -> backend.admin().get("/devices/" + device.thing()).status(),
        status -> status == 200);
    int before = lines();
    backend.alarmRule(device.thing());
    for (Step step : steps()) {
      step.run();
    }
    assertThat(said(before, DENIED)).isEmpty();
  }

  private void missed(Grant grant) throws Exception {
    grant.take().run();
    if (grant.isTrust()) {
      // Sessions that there are stay good, as on AWS; a new stack has none.
      pipeline.stopStack();
      pipeline.startStack();
      backend.reconnect();
    }
    int before = grant.isTrust() ? 0 : lines();
    long seen = ways.revision();
    try {
      if (grant.action().startsWith("logs:") || holderRemembers(grant)) {
        // A stream is made when an environment starts and not tried again; alarm rules, devices and
        // how the pipeline is are known for a while.
        endFunctions();
      }
      boolean failed = false;
      for (Step step : about(grant)) {
        failed |= fails(step);
      }
      var denial =
          Await.until(
              "a denial as " + grant.denial() + " (none: the permission is surplus)",
              grant.holder().contains("Schedule") ? A_SCHEDULE : MISSED_WITHIN,
              () -> said(before, grant.denial()),
              Optional::isPresent);
      LOG.log(System.Logger.Level.INFO, grant.name() + " is missed: " + denial.orElseThrow());
      assertThat(failed || isNobodysWait(grant)).as("somebody's step failed").isTrue();
      Await.until(
          "a refused step on a way that names " + grant.action(),
          SHOWN_WITHIN,
          () -> ways.after(seen, way -> !way.path("outcome").asText().equals("ok")),
          found -> found.stream().anyMatch(way -> isRefused(way, grant)));
    } catch (AssertionError surplus) {
      LOG.log(System.Logger.Level.WARNING, "nobody misses " + grant.name());
      throw surplus;
    } finally {
      grant.giveBack().run();
    }
  }

  private static boolean isRefused(JsonNode way, Grant grant) {
    return !Ways.steps(
            way,
            // An invocation fails whose function cannot start for it.
            step ->
                List.of("refused", "failed").contains(step.path("outcome").asText())
                    && step.path("why").asText().contains(grant.action()))
        .isEmpty();
  }

  private static boolean holderRemembers(Grant grant) {
    return grant.holder().contains("AbsenceFunction")
        || Stream.of("TelemetryFunction", "OutcomeFunction", "HealthFunction")
            .anyMatch(grant.holder()::contains);
  }

  private static boolean fails(Step step) {
    try {
      step.run();
      return false;
    } catch (Exception | AssertionError missed) {
      LOG.log(System.Logger.Level.DEBUG, "fails without the permission", missed);
      return true;
    }
  }

  /// What happens after somebody was answered: the denial alone tells.
  private static boolean isNobodysWait(Grant grant) {
    String holder = grant.holder();
    return grant.action().startsWith("logs:")
        || grant.resource().contains("dead")
        // Asked for a mapping alone.
        || grant.action().equals("sqs:GetQueueAttributes")
        // How a change ended, in the audit log.
        || (holder.contains("UsersFunction") && grant.action().equals("dynamodb:UpdateItem"))
        || Stream.of(
                "TelemetryFunction",
                "QuarantineFunction",
                "Rollup",
                "Rule",
                "Outcome",
                "Presence",
                "Schedule")
            .anyMatch(holder::contains);
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  /// What uses the permissions of whoever holds this one; everything, where that is not known.
  private List<Step> about(Grant grant) {
    String holder = grant.holder();
    if (grant.resource().contains("dead") && !isMadeDue(holder)) {
      return holder.contains("Schedule") ? List.of() : List.of(() -> deadLetter(holder));
    }
    return switch (holder) {
      case String it when it.contains("DevicePolicies") -> List.of(device::everything);
      case String it when it.contains("CompressedTelemetryRule") -> List.of(device::compressed);
      case String it when it.contains("TelemetryFunction") || it.contains("TelemetryRule") ->
          List.of(device::malformed, this::heated, device::late, backend::queueMappings);
      case String it when it.contains("QuarantineFunction") ->
          List.of(() -> backend.quarantine(device.thing()), backend::queueMappings);
      case String it when it.contains("Rollup") ->
          List.of(this::heated, () -> backend.rollup(device.thing()), backend::queueMappings);
      case String it when it.contains("Outcome") -> List.of(device::outcome);
      case String it when it.contains("Presence") -> List.of(() -> device.telemetry(20));
      case String it when it.contains("SweepFunction") ->
          List.of(() -> backend.sweep(device.thing()));
      case String it when it.contains("AbsenceFunction") ->
          List.of(() -> backend.absence(device.thing()));
      case String it when it.startsWith(MIRROR_SCHEDULE) -> List.of(mirrors::now);
      case String it when isMadeDue(it) -> List.of(() -> backend.schedules(device.thing()));
      case String it when it.contains("Schedule") -> List.of();
      case String it when it.contains("QueryFunction") ->
          List.of(() -> backend.query(device.thing()));
      case String it when it.contains("UsersFunction") -> List.of(backend::users);
      case String it when it.contains("HealthFunction") -> List.of(backend::health);
      case String it when it.contains("JobsFunction") || it.contains("Updates") ->
          List.of(() -> jobs.everything(device.thing()), () -> jobs.updates(device.thing()));
      case String it when it.contains("CommandFunction") ->
          List.of(
              () -> backend.command("removal-agent"),
              () -> backend.command(device.thing()),
              backend::queueMappings);
      case String it when it.contains("FleetFunction") ->
          List.of(
              backend::serials,
              backend::groups,
              backend::certificates,
              backend::deletion,
              backend::queueMappings);
      case String it when it.contains("Provisioning") -> List.of(provisioning::run);
      case String it when it.contains("Authorizer") -> List.of(browser::run);
      case String it when it.contains("SiteFunction") -> List.of(backend::site);
      case String it when it.contains("BucketPolicy") -> List.of(backend::page);
      default -> steps();
    };
  }

  /// The others run by themselves, every minute.
  private static boolean isMadeDue(String holder) {
    return Stream.of("FleetScheduleRole", "ApiScheduleFunction", MIRROR_SCHEDULE)
        .anyMatch(holder::startsWith);
  }

  private List<Step> steps() {
    return List.of(
        device::everything,
        this::heated,
        device::late,
        () -> backend.rollup(device.thing()),
        () -> backend.query(device.thing()),
        () -> backend.command(device.thing()),
        () -> backend.sweep(device.thing()),
        () -> backend.absence(device.thing()),
        () -> backend.quarantine(device.thing()),
        backend::users,
        backend::health,
        () -> jobs.everything(device.thing()),
        () -> jobs.updates(device.thing()),
        () -> backend.schedules(device.thing()),
        mirrors::now,
        backend::serials,
        backend::groups,
        backend::certificates,
        backend::deletion,
        provisioning::run,
        backend::site,
        backend::page,
        browser::run);
  }

  /// The alarm goes off, and is over again; also where what was taken before kept it on.
  private void heated() {
    device.telemetry(20);
    device.telemetry(35);
    device.telemetry(20);
  }

  private void deadLetter(String holder) {
    backend.deadLetter(holder.replaceAll("(Ingest|ApiApp|Fleet)(\\w+Function)Role.*", "$2"));
  }

  private void endFunctions() {
    ProcessHandle.of(pipeline.stackPid())
        .orElseThrow()
        .children()
        .forEach(function -> {
          function.destroyForcibly();
          function.onExit().join();
        });
  }

  private int lines() {
    return (int) pipeline.log().lines().count();
  }

  private Optional<String> said(int after, Pattern pattern) {
    return pipeline.log().lines().skip(after).filter(pattern.asPredicate()).findFirst();
  }
}
