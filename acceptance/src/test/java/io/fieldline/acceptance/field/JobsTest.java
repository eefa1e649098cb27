// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.agent.control.AgentCtl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iot.model.JobExecution;
import software.amazon.awssdk.services.iot.model.JobExecutionStatus;

/// Jobs of AWS IoT on a device, each carried out once and reported, whatever ends the agent.
@Timeout(180)
class JobsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static FieldCloud cloud;
  private static int things;

  @TempDir Path folder;
  private String thing = "";

  @BeforeAll
  static void start() {
    cloud = new FieldCloud();
    cloud.template("rotation", FieldCloud.TEMPLATE);
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  @BeforeEach
  void register() throws IOException {
    thing = "box-" + ++things;
    cloud.thing(thing, folder);
  }

  private Path config() throws IOException {
    Path program =
        Files.writeString(
            folder.resolve("work.sh"),
            """
            #!/bin/sh
            echo begun >> "%1$s/runs"
            case "$1" in
              fail) echo "no room"; echo "gave up" >&2; exit 3 ;;
              hang) sleep 300 & echo $! > "%1$s/child"; wait ;;
            esac
            echo "did $1"
            """
                .formatted(folder));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return cloud.config(
        folder,
        """
        thing: %s
        log: {file: agent.log}
        jobs:
          enabled: true
          programs:
            - {program: %s, arguments: ["[a-z]+"], timeoutSeconds: 2}
            - {program: /bin/true, sha256: %s}
          uploadHosts: [localhost]
        """
            .formatted(thing, program, "0".repeat(64)));
  }

  private void job(String id, String document) {
    cloud.iot.createJob(create ->
        create
            .jobId(thing + "-" + id)
            .targets("arn:aws:iot:us-east-1:000000000000:thing/" + thing)
            .document(document));
  }

  private void run(String id, String argument) {
    job(
        id,
        "{\"fieldline\":{\"type\":\"run\",\"program\":\"%s/work.sh\",\"arguments\":[\"%s\"]}}"
            .formatted(folder, argument));
  }

  private JobExecution execution(String id) {
    return cloud
        .iot
        .describeJobExecution(asked -> asked.jobId(thing + "-" + id).thingName(thing))
        .execution();
  }

  private Map<String, String> ended(String id, JobExecutionStatus status) {
    JobExecution execution =
        Await.until(
            "end of job " + id,
            LIMIT,
            () -> execution(id),
            asked ->
                asked.status() != JobExecutionStatus.QUEUED
                    && asked.status() != JobExecutionStatus.IN_PROGRESS);
    assertThat(execution.status()).as(execution.toString()).isEqualTo(status);
    return execution.statusDetails().detailsMap();
  }

  private long runs() throws IOException {
    return Files.readAllLines(folder.resolve("runs")).size();
  }

  @Test
  void programsRunAsAllowedAndNoOthers() throws Exception {
    run("good", "well");
    run("bad", "fail");
    run("slow", "hang");
    run("odd", "Not-Allowed");
    job("swapped", "{\"fieldline\":{\"type\":\"run\",\"program\":\"/bin/true\"}}");
    job("other", "{\"fieldline\":{\"type\":\"run\",\"program\":\"/bin/false\"}}");
    job("foreign", "{\"operation\":\"install\"}");
    job("unknown", "{\"fieldline\":{\"type\":\"dance\"}}");
    try (var agent = new FieldAgent(config())) {
      agent.await("connected");

      assertThat(ended("good", JobExecutionStatus.SUCCEEDED))
          .containsEntry("exitStatus", "0")
          .containsEntry("output", "did well");
      assertThat(ended("bad", JobExecutionStatus.FAILED))
          .containsEntry("reason", "exit status 3")
          .containsEntry("output", "no room⏎gave up");
      assertThat(ended("slow", JobExecutionStatus.FAILED).get("reason"))
          .isEqualTo("not done within 2 s; ended with all that it started");
      long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
      Await.until(
          "end of the child",
          LIMIT,
          () -> ProcessHandle.of(child).filter(ProcessHandle::isAlive),
          Optional::isEmpty);
      assertThat(ended("odd", JobExecutionStatus.FAILED).get("reason"))
          .startsWith("arguments: as jobs.programs allows them");
      assertThat(ended("swapped", JobExecutionStatus.FAILED).get("reason"))
          .contains("is not the program that jobs.programs allows: sha256 000");
      assertThat(ended("other", JobExecutionStatus.FAILED).get("reason"))
          .isEqualTo("program: one of jobs.programs expected, got /bin/false");
      assertThat(ended("foreign", JobExecutionStatus.FAILED).get("reason"))
          .isEqualTo("an object 'fieldline' expected, got operation");
      assertThat(ended("unknown", JobExecutionStatus.FAILED).get("reason"))
          .contains(
              "one of run, rotate-certificate, reboot, upload-logs, update expected, got 'dance'");
      assertThat(runs()).isEqualTo(3);
      assertThat(ctl("jobs")).contains(thing + "-unknown#1", "FAILED", "exitStatus  0");
      assertThat(ctl("certificate", "rotate", "none", "--parameters", "{\"a\":1}"))
          .contains("a JSON object of texts expected");
      String name = ctl("certificate", "rotate", "none").replaceAll("begun +", "").strip();
      Await.until(
          "end of the rotation",
          LIMIT,
          () -> ctl("jobs"),
          shown -> shown.contains("job  " + name + "\n  status  FAILED"));
      assertThat(ctl("jobs")).contains("stays on the old certificate: ResourceNotFound");
    }
  }

  /// What agentctl says to a person at the device.
  private String ctl(String... words) {
    var said = new ByteArrayOutputStream();
    var out = new PrintStream(said, true, StandardCharsets.UTF_8);
    List<String> line = new ArrayList<>(List.of("--config", folder.resolve("agent.yaml") + ""));
    line.addAll(List.of(words));
    new AgentCtl(out, out).run(line);
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aKillInTheMiddleFailsThatJobAndNotTheNext() throws Exception {
    run("cut", "hang");
    Path config = config();
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      Await.until("begun", LIMIT, () -> Files.exists(folder.resolve("child")), begun -> begun);
      agent.kill();
    }
    run("after", "well");
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      assertThat(ended("cut", JobExecutionStatus.FAILED).get("reason"))
          .startsWith("the agent ended while the program ran");
      ended("after", JobExecutionStatus.SUCCEEDED);
    }
    assertThat(runs()).isEqualTo(2);
  }

  @Test
  void theEndOfTheLogIsUploadedWhereTheConfigurationAllows() throws Exception {
    BlockingQueue<String> uploads = new LinkedBlockingQueue<>();
    HttpServer store =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          uploads.add(exchange.getRequestMethod() + " " + new String(body, StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    store.start();
    String document =
        "{\"fieldline\":{\"type\":\"upload-logs\",\"url\":\"http://%s:%d/log\",\"maxBytes\":40}}";
    job("log", document.formatted("localhost", store.getAddress().getPort()));
    job("elsewhere", document.formatted("example.org", 80));
    try (var agent = new FieldAgent(config())) {
      agent.await("connected");
      assertThat(ended("log", JobExecutionStatus.SUCCEEDED)).containsEntry("bytes", "40");
      assertThat(uploads.poll(1, TimeUnit.SECONDS)).startsWith("PUT ").hasSize(44);
      assertThat(ended("elsewhere", JobExecutionStatus.FAILED).get("reason"))
          .isEqualTo("url: a host of jobs.uploadHosts expected, got example.org");
    } finally {
      store.stop(0);
    }
  }

  /// Its way back before any file changes; the rest is in [RotationTest].
  @Test
  void aNewCertificateThatDoesNotConnectLeavesTheOldOneInUse() throws Exception {
    cloud.template(
        "no-policy",
        FieldCloud.TEMPLATE.replaceAll("(?s),\\s*\"policy\":\\{\"Type\".*?\\}\\}", ""));
    cloud.template("inactive", FieldCloud.TEMPLATE.replace("\"Active\"", "\"Inactive\""));
    String document =
        "{\"fieldline\":{\"type\":\"rotate-certificate\",\"template\":\"%s\","
            + "\"parameters\":{\"SerialNumber\":\"%s\"}}}";
    String serial = thing.substring("box-".length());
    for (String template : List.of("none", "no-policy", "inactive")) {
      job(template, document.formatted(template, serial));
    }
    run("after", "well");
    Path config = config();
    byte[] key = Files.readAllBytes(folder.resolve("device.key"));
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      assertThat(ended("none", JobExecutionStatus.FAILED).get("reason"))
          .startsWith("stays on the old certificate: ResourceNotFound");
      for (String template : List.of("no-policy", "inactive")) {
        Map<String, String> details = ended(template, JobExecutionStatus.FAILED);
        assertThat(details.get("reason"))
            .startsWith("stays on the old certificate: the new one does not connect: cause=")
            .contains("not active");
        String made = details.get("unusedCertificateId");
        assertThat(cloud.iot.describeCertificate(of -> of.certificateId(made))).isNotNull();
      }
      ended("after", JobExecutionStatus.SUCCEEDED);
    }
    assertThat(Files.readAllBytes(folder.resolve("device.key"))).isEqualTo(key);
    try (var files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> file.toString().matches(".*\\.(new|old|draft)"));
    }
  }

  @Test
  @Tag("long")
  void aPersonAtTheDeviceRotatesItsCertificate() throws Exception {
    String serial = thing.substring("box-".length());
    Path config = config();
    String name;
    String before;
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      before = ctl("certificate", "show");
      String parameters = "{\"SerialNumber\":\"" + serial + "\"}";
      name =
          ctl("certificate", "rotate", "rotation", "--parameters", parameters)
              .replaceAll("begun +", "")
              .strip();
      assertThat(agent.exitStatus()).isEqualTo(75);
    }
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      Await.until(
          "end of the rotation",
          LIMIT,
          () -> ctl("jobs"),
          shown -> shown.contains("job  " + name + "\n  status  SUCCEEDED"));
      assertThat(ctl("certificate", "show")).isNotEqualTo(before);
    }
  }
}
