// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The package's launcher with images that are shell scripts: which of them runs, and the way back
/// from one that does not work, which needs nothing of it.
@Order(4)
@Timeout(60)
class LauncherTest {
  private static final Path PACKAGE = Path.of("src/main/package");

  /// A version that says that it works, as the agent does, and is there longer than its trial.
  private static final String CONFIRMS =
      "rm \"$FIELDLINE_AGENT_SLOTS/trial\"; sleep 2.5; echo still here; exec sleep 60";

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private Slots slots = new Slots(Path.of(""), Path.of(""));

  @BeforeEach
  void install() throws IOException {
    Path base = Files.createDirectories(folder.resolve("base"));
    slots = new Slots(Files.createDirectories(folder.resolve("slots")), base);
    String launcher =
        Files.readString(PACKAGE.resolve("launcher"))
            .replace("@CLASS_PATH@", "none")
            .replace("@FLAGS@", "");
    program(base.resolve("bin/fieldline-agent"), launcher);
    Files.createDirectories(base.resolve("libexec"));
    Files.copy(PACKAGE.resolve("slots"), base.resolve("libexec/slots"));
    program(
        base.resolve("runtime/bin/java"),
        "#!/bin/sh\necho \"base runs as $FIELDLINE_AGENT_SLOT: $*\"\n");
  }

  private static void program(Path file, String text) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// An image in a slot: what it says first is noted, then it does that.
  private void image(String slot, String does) throws IOException {
    String text = "#!/bin/sh\necho \"$FIELDLINE_AGENT_SLOT starts: $*\"\n" + does + "\n";
    program(slots.image(slot).resolve("bin/fieldline-agent"), text);
  }

  private void onTrial(String slot, String back, long seconds) throws IOException {
    slots.offer(new Slots.Trial(slot, back, 3, Duration.ofSeconds(seconds)));
    slots.switchTo(slot);
  }

  private Process start(String... arguments) throws IOException {
    var builder =
        new ProcessBuilder(slots.image(Slots.BASE).resolve("bin/fieldline-agent").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("FIELDLINE_AGENT_SLOTS", slots.folder().toString());
    builder.environment().putAll(environment);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("said").toFile())
        .start();
  }

  private String ran() throws Exception {
    Process process = start("--config", "agent.yaml");
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(said()).isTrue();
    return said();
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("said"));
  }

  private void awaitSaid(String text) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!said().contains(text)) {
      assertThat(System.nanoTime()).as("'%s' in: %s", text, said()).isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private void assertBack(String to) throws IOException {
    assertThat(slots.current()).isEqualTo(to);
    assertThat(slots.trial()).isEmpty();
  }

  @Test
  void withoutAnUpdateThePackageRuns() throws Exception {
    assertThat(ran()).contains("base runs as base:").contains("--config agent.yaml");
  }

  @Test
  void aConfirmedUpdateRunsInItsPlace() throws Exception {
    image("b", "");
    slots.switchTo("b");

    assertThat(ran()).isEqualTo("b starts: --config agent.yaml\n");
  }

  @Test
  void whoOnlyAsksSomethingAsksThePackage() throws Exception {
    image("b", "");
    slots.switchTo("b");

    Process process = start("--config", "agent.yaml", "--check");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();

    assertThat(said()).startsWith("base runs as :");
  }

  @Test
  void aVersionThatEndsIsTriedThreeTimesAndNoMore() throws Exception {
    image("a", "exit 78");
    onTrial("a", "base", 60);

    assertThat(ran())
        .containsSubsequence("a starts", "a starts", "a starts", "base runs as base")
        .contains("back from the update in slot a to base");
    assertThat(said().split("a starts", -1)).hasSize(4);
    assertThat(slots.failure().orElse(""))
        .isEqualTo(
            "it was started 3 times and did not confirm that it works; its last exit status: 78");
    assertBack("base");
  }

  /// systemd holds a service that said that it stops for stopping, whatever runs in its place.
  @Test
  void aServiceManagerStartsEachTryAnew() throws Exception {
    environment.put("NOTIFY_SOCKET", folder.resolve("notify").toString());
    image("a", "exit 78");
    onTrial("a", "base", 60);
    for (int start = 1; start <= 3; start++) {
      Process launcher = start("--config", "agent.yaml");
      assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(launcher.exitValue()).isEqualTo(75);
      assertThat(said()).isEqualTo("a starts: --config agent.yaml\n");
    }

    assertThat(ran()).contains("base runs as base").doesNotContain("a starts");
    assertBack("base");
  }

  @Test
  void startsAreCountedAcrossPowerCuts() throws Exception {
    image("a", "exec sleep 60");
    image("b", "echo old");
    onTrial("a", "b", 600);
    for (int start = 1; start <= 3; start++) {
      Process launcher = start("--config", "agent.yaml");
      awaitSaid("a starts");
      end(launcher);
    }

    assertThat(ran()).contains("b starts").doesNotContain("a starts");
    assertBack("b");
  }

  /// All at once, as the power does.
  private static void end(Process launcher) throws InterruptedException {
    List<ProcessHandle> all = launcher.descendants().toList();
    launcher.destroyForcibly().waitFor();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void aVersionThatHangsIsEndedWhenItsTimeIsOver() throws Exception {
    image("a", "trap '' TERM\nwhile :; do sleep 0.1; done");
    onTrial("a", "base", 1);

    assertThat(ran()).contains("a starts", "base runs as base");
    assertThat(slots.failure().orElse("")).isEqualTo("it did not confirm within 1 s that it works");
    assertBack("base");
  }

  @Test
  void aVersionThatGoesBackItselfIsFollowed() throws Exception {
    image("a", "cd \"$FIELDLINE_AGENT_SLOTS\"; echo why >failed; rm current trial; exit 75");
    onTrial("a", "base", 60);

    assertThat(ran()).contains("a starts", "base runs as base");
    assertThat(slots.failure()).hasValue("why");
  }

  @Test
  void aConfirmedVersionIsLeftAloneAndItsEndIsTheLaunchersEnd() throws Exception {
    image("a", CONFIRMS);
    onTrial("a", "base", 1);

    Process launcher = start("--config", "agent.yaml");
    awaitSaid("still here");
    launcher.destroy();

    assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).isEqualTo(128 + 15);
    assertThat(said()).doesNotContain("base");
    assertThat(slots.current()).isEqualTo("a");
  }

  @Test
  void whoStopsTheServiceDuringATrialStopsIt() throws Exception {
    image("a", "exec sleep 60");
    onTrial("a", "base", 60);

    Process launcher = start("--config", "agent.yaml");
    awaitSaid("a starts");
    launcher.destroy();

    assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.descendants().toList()).isEmpty();
    assertThat(slots.current()).isEqualTo("a");
    assertThat(said()).doesNotContain("base");
  }

  @Test
  void aWayBackThatWasCutShortIsFinished() throws Exception {
    image("a", "");
    onTrial("a", "base", 60);
    Files.writeString(slots.folder().resolve("failed"), "first cause\n");

    assertThat(ran()).contains("base runs as base").doesNotContain("a starts");
    assertThat(slots.failure()).hasValue("first cause");
    assertBack("base");
  }

  @Test
  void aTrialThatTheDiskDamagedIsOneStart() throws Exception {
    image("a", "exit 1");
    for (String damaged : List.of("", "a", "a b x 60\n", "a b 3\n", "a b 0 60\n")) {
      onTrial("a", "b", 60);
      Files.writeString(slots.folder().resolve("trial"), damaged);

      assertThat(ran()).as(damaged).contains("a starts", "base runs as base");
      assertThat(said().split("a starts", -1)).hasSize(2);
      assertBack("base");
    }
  }

  @Test
  void aSlotWithoutAProgramDoesNotKeepTheAgentFromRunning() throws Exception {
    slots.switchTo("b");
    assertThat(ran()).contains("slot b holds no program", "base runs as base");

    onTrial("a", "base", 60);
    assertThat(ran()).contains("base runs as base");
    assertBack("base");
  }

  @Test
  void aLinkToAnywhereElseIsNotFollowed() throws Exception {
    Files.createSymbolicLink(slots.folder().resolve("current"), Path.of("../elsewhere"));
    image("../elsewhere", "");

    assertThat(ran()).contains("base runs as base");
  }
}
