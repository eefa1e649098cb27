// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.agentpackage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fieldline.acceptance.pipeline.AwsClients;
import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iot.IotClient;

class AgentPackageTest {
  private static final Duration MOMENT = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(20);
  private static final Path ROOT = Checkout.root();
  private static final Path SOURCES = ROOT.resolve("device-agent/src/main/package");

  @TempDir Path folder;

  @Test
  void debHasItsControlFilesAndAConfigurationThatTheAgentTakes() throws Exception {
    Path deb = debAroundAnEmptyImage();

    assertThat(run("dpkg-deb", "-f", deb.toString(), "Package", "Version", "Architecture"))
        .containsSubsequence(
            "Package: fieldline-agent", "Version: 1.2.3", "Architecture: " + architecture());
    assertThat(run("dpkg-deb", "-f", deb.toString(), "Depends"))
        .contains("adduser")
        .containsPattern("libc6 \\(>= 2\\.\\d+\\)");
    assertThat(run("dpkg-deb", "-c", deb.toString()))
        .contains(
            "./usr/lib/systemd/system/fieldline-agent.service",
            "./usr/bin/agentctl -> ../lib/fieldline-agent/bin/agentctl",
            "./usr/bin/fieldline-agent -> ../lib/fieldline-agent/bin/fieldline-agent")
        .containsPattern("-rw-r--r-- root/root .* \\./etc/fieldline/agent\\.yaml")
        .doesNotContain("DEBIAN");
    Path control = folder.resolve("control");
    run("dpkg-deb", "-e", deb.toString(), control.toString());
    assertThat(control.resolve("conffiles")).hasContent("/etc/fieldline/agent.yaml");
    for (String script : List.of("postinst", "prerm", "postrm")) {
      assertThat(Files.isExecutable(control.resolve(script))).as(script).isTrue();
    }
    assertThat(packagedConfiguration(deb).folder()).isEqualTo(Path.of("/var/lib/fieldline-agent"));
  }

  private AgentConfig packagedConfiguration(Path deb) throws Exception {
    Path installed = folder.resolve("installed");
    run("dpkg-deb", "-x", deb.toString(), installed.toString());
    Path etc = installed.resolve("etc/fieldline");
    Files.writeString(etc.resolve("device.pem.crt"), "");
    Files.writeString(etc.resolve("private.pem.key"), "");
    return ConfigFile.read(etc.resolve("agent.yaml"));
  }

  /// What `fieldline agent package` does last, around an image that holds one program.
  private Path debAroundAnEmptyImage() {
    String script =
        """
        set -eu
        here=%s out=%s work=%s/work version=1.2.3 deb_arch=%s epoch=1700000000
        name="fieldline-agent_${version}_$deb_arch"
        fail() { echo "$*" >&2; exit 1; }
        . "$here/device-agent/package.sh"
        src="$here/device-agent/src/main/package" home="$work/root/usr/lib/fieldline-agent"
        mkdir -p "$home/runtime/bin" "$home/bin"
        cp /bin/true "$home/runtime/bin/java"
        package_deb
        """
            .formatted(ROOT, folder, folder, architecture());
    run("sh", "-c", script);
    return folder.resolve("fieldline-agent_1.2.3_" + architecture() + ".deb");
  }

  @Test
  void scriptsAreGoodShellAndTheUnitNamesWhatIsInstalled() throws IOException {
    try (Stream<Path> scripts =
        Stream.of(
                "launcher",
                "slots",
                "agentctl",
                "train",
                "debian/postinst",
                "debian/prerm",
                "debian/postrm")
            .map(SOURCES::resolve)) {
      scripts.forEach(script -> run("sh", "-n", script.toString()));
    }
    List<String> unit = Files.readAllLines(SOURCES.resolve("fieldline-agent.service"));

    assertThat(unit)
        .contains(
            "Type=notify",
            "ExecStart=/usr/lib/fieldline-agent/bin/fieldline-agent --config /etc/fieldline/agent.yaml",
            "User=fieldline",
            "StateDirectory=fieldline-agent",
            "Restart=always",
            "NotifyAccess=all",
            "Environment=FIELDLINE_AGENT_SLOTS=/var/lib/fieldline-agent/slots",
            "ProtectSystem=strict",
            "NoNewPrivileges=yes")
        .anyMatch(line -> line.startsWith("WatchdogSec="))
        .anyMatch(line -> line.startsWith("MemoryMax="));
    // A configuration that is refused ends with 78: starting it again would not help.
    assertThat(unit).contains("RestartPreventExitStatus=2 78");
    assertThat(Files.readString(SOURCES.resolve("debian/postinst")))
        .contains("adduser", " fieldline");
  }

  /// Its steps, and what each proves, are in `lifecycle.sh`.
  @Test
  @Tag("long")
  void packageIsInstalledRunUpgradedRemovedAndPurged() throws Exception {
    assumeTrue(
        run("id", "-u").strip().equals("0"),
        "needs root, for a copy of this machine to install into");
    Path first = made("1.0.0");
    Path second = made("1.0.1");
    try (var stack = LocalStack.start();
        var aws = new AwsClients(stack.endpoint())) {
      Path device = registered(aws.iot(), stack);
      Path script = ROOT.resolve("acceptance/src/test/resources/agent-package/lifecycle.sh");

      String said = run(script.toString(), first.toString(), second.toString(), device.toString());

      assertThat(said)
          .contains("ok first: connected and stopped", "ok upgrade keeps what it has not sent")
          .contains("ok upgrade puts an older update out of use", "ok remove: no update")
          .contains("ok the AOT cache fits where it is installed", "ok purge: no trace but data")
          .endsWith("done");
    }
  }

  private Path made(String version) {
    run(
        ROOT.resolve("fieldline").toString(),
        "agent",
        "package",
        "--version",
        version,
        "--out",
        folder.toString());
    return folder.resolve("fieldline-agent_" + version + "_" + architecture() + ".deb");
  }

  private Path registered(IotClient iot, LocalStack stack) throws IOException {
    iot.createPolicy(create ->
        create
            .policyName("all")
            .policyDocument(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}
                """));
    iot.createThing(create -> create.thingName("packaged"));
    var made = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    iot.attachPolicy(attach -> attach.policyName("all").target(made.certificateArn()));
    iot.attachThingPrincipal(
        attach -> attach.thingName("packaged").principal(made.certificateArn()));
    Path device = Files.createDirectory(folder.resolve("device"));
    Files.writeString(device.resolve("device.pem.crt"), made.certificatePem());
    Files.writeString(device.resolve("private.pem.key"), made.keyPair().privateKey());
    Files.writeString(device.resolve("ca.pem"), stack.deviceAuthority());
    Files.writeString(device.resolve("thing"), "packaged");
    Files.writeString(device.resolve("endpoint"), "localhost:" + stack.mqttPort());
    return device;
  }

  private static String architecture() {
    return run("dpkg", "--print-architecture").strip();
  }

  private static String run(String... command) {
    var outcome =
        Program.run(
            ROOT,
            Map.of("FIELDLINE_BUILT", "1"),
            command.length > 3 ? LONG : MOMENT,
            List.of(command));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }
}
