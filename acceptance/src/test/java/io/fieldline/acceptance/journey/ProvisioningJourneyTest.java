// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A device out of its box: the agent with a claim, the list of serial numbers, and the templates
/// and policies as they are deployed; and how it goes.
@SharesPipeline
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProvisioningJourneyTest {
  private static final String SERIAL = "provisioning-1";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Pipeline pipeline;
  private final Person admin;

  @TempDir private static Path folder;

  ProvisioningJourneyTest(Pipeline pipeline) {
    this.pipeline = pipeline;
    admin = pipeline.person("admin");
  }

  @Test
  @Order(1)
  void aDeviceIsLetInWhenItsSerialNumberIsOnTheListAndNotBefore() throws Exception {
    try (var agent = agent()) {
      agent.line(line -> line.contains("AccessDenied"), LIMIT);
      assertThatThrownBy(() -> pipeline.aws().iot().describeThing(get -> get.thingName(SERIAL)))
          .isInstanceOf(ResourceNotFoundException.class);
      assertThat(devices("import", csv("serial\na b\n")).output())
          .contains("line 2: column serial");

      assertThat(devices("group", "shed", "the tool shed").output())
          .contains("the group shed has 0 devices");
      assertThat(devices("import", csv("serial,type,groups\n" + SERIAL + ",pump,shed\n")).output())
          .contains("1 added, 0 were on the list");

      agent.line(line -> line.contains("provisioned: thing=" + SERIAL), LIMIT);
      agent.line(line -> line.startsWith("connected "), LIMIT);
    }
    assertThat(
            pipeline
                .aws()
                .iot()
                .describeCertificate(get -> get.certificateId(certificate()))
                .certificateDescription()
                .status())
        .isEqualTo(CertificateStatus.ACTIVE);
  }

  /// The only one that it has.
  private String certificate() {
    var certificates =
        pipeline.aws().iot().listThingPrincipals(list -> list.thingName(SERIAL)).principals();
    assertThat(certificates).hasSize(1);
    return certificates.getFirst().replaceAll(".*/", "");
  }

  /// The device that was let in before.
  @Test
  @Order(2)
  @Tag("long")
  void itIsGroupedGetsAnotherCertificateAndIsDeleted() throws Exception {
    String id = certificate();
    assertThat(devices("export").output())
        .containsPattern("(?m)^" + SERIAL + ",.*," + id + ",$")
        .startsWith("serial,type,groups,addedMs,by");
    isInItsGroup();
    itsCertificateIsRotatedAndRevoked(id);
    deletedItLeavesTheReceipt(id);
    assertThat(admin.get("/groups/shed").body().path("devices").asInt()).isZero();
    devices("ungroup", "shed");
  }

  /// Before it has said anything; and in AWS IoT, too.
  private void isInItsGroup() {
    Await.until(
        "the device in its group",
        LIMIT,
        () -> admin.get("/devices?group=shed&type=pump").body().path("devices").size(),
        found -> found == 1);
    assertThat(devices("list", "--group", "shed").output())
        .contains(SERIAL + "," + SERIAL + ",pump,shed,");
    assertThat(devices("groups").output()).contains("shed,1,the tool shed,");
    Await.until(
        "the thing in its thing group",
        LIMIT,
        () ->
            pipeline
                .aws()
                .iot()
                .listThingsInThingGroup(list -> list.thingGroupName("fieldline-dev-shed"))
                .things(),
        things -> things.equals(List.of(SERIAL)));
    assertThat(devices("leave", "shed", SERIAL).output()).contains("0 put in, 1 taken out");
    assertThat(devices("join", "shed", SERIAL, "nobody").output())
        .contains("1 of 2 devices were never heard or provisioned: nobody");
    assertThat(devices("join", "shed", SERIAL).output()).contains("1 put in");
    assertThat(devices("join", "shed").output())
        .contains("expected a group and devices after join");
  }

  /// The one before stays in force until somebody revokes it; without any the device is out.
  private void itsCertificateIsRotatedAndRevoked(String first) {
    assertThat(devices("rotate", SERIAL).output()).contains("ordered by the job ");
    try (var agent = started()) {
      assertThat(agent.ended(LIMIT).exitCode()).as("to be started anew").isEqualTo(75);
    }
    try (var agent = started()) {
      Await.until(
          "the end of the job",
          LIMIT,
          () -> admin.get("/devices/" + SERIAL + "/jobs").body().toString(),
          jobs -> jobs.contains("SUCCEEDED"));
      var second = certificates().keySet().stream().filter(id -> !id.equals(first)).findFirst();
      assertThat(certificates())
          .hasSize(2)
          .allSatisfy((_, status) -> assertThat(status).isEqualTo("ACTIVE"));

      int before = agent.lines();
      assertThat(devices("revoke", SERIAL, first).output()).contains(first + " is revoked");
      agent.line(before, line -> line.startsWith("connected "), LIMIT);

      before = agent.lines();
      devices("revoke", SERIAL, second.orElseThrow());
      agent.line(before, line -> line.contains("connection to the cloud failed"), LIMIT);
    }
    assertThat(devices("certificates", SERIAL).output())
        .contains(first + ",REVOKED,")
        .doesNotContain("ACTIVE");
  }

  /// The status of each certificate.
  private Map<String, String> certificates() {
    var found = new HashMap<String, String>();
    for (var one : admin.get("/devices/" + SERIAL + "/certificates").body().path("certificates")) {
      found.put(one.path("certificate").asText(), one.path("status").asText());
    }
    return found;
  }

  /// Of a device that has said something nothing is left: not in any table, bucket, or registry.
  private void deletedItLeavesTheReceipt(String certificate) {
    long nowMs = System.currentTimeMillis();
    publish(nowMs);
    Await.until(
        "the device",
        LIMIT,
        () -> admin.get("/devices/" + SERIAL).status(),
        status -> status == 200);
    assertThat(found()).hasSizeGreaterThan(3);

    String daily =
        "{\"cron\":\"0 6 * * ? *\",\"devices\":[\"%s\"],\"actuator\":\"lamp\",\"value\":true}";
    assertThat(admin.put("/schedules/of-it", daily.formatted(SERIAL)).status()).isEqualTo(200);

    assertThat(devices("delete", SERIAL).output()).contains("is being deleted");
    Await.until(
        "the end of the first round",
        LIMIT,
        () -> admin.get("/devices/" + SERIAL).status(),
        status -> status == 404);
    publish(nowMs + 1);
    // Without the quarter of an hour.
    var sqs = pipeline.aws().sqs();
    String url = sqs.getQueueUrl(get -> get.queueName("fieldline-dev-deletion")).queueUrl();
    sqs.sendMessage(
        send -> send.queueUrl(url).messageBody("{\"thing\":\"" + SERIAL + "\",\"round\":2}"));
    Await.until(
        "the receipt",
        LIMIT,
        () -> admin.get("/deletions").body().path("deletions"),
        ProvisioningJourneyTest::isDone);
    assertThat(devices("delete", SERIAL).output()).contains(SERIAL + " was deleted at ");

    assertThat(admin.get("/schedules/of-it").status()).isEqualTo(404);
    // Who deleted it, and what was asked for it by name, is in the audit log for its time; and the
    // job for it in the list of jobs until somebody deletes that.
    assertThat(found())
        .filteredOn(one -> !one.contains("AUDIT#") && !one.equals("JOBS"))
        .containsExactly("DELETED");
    var iot = pipeline.aws().iot();
    assertThatThrownBy(() -> iot.describeThing(get -> get.thingName(SERIAL)))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> iot.describeCertificate(get -> get.certificateId(certificate)))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> pipeline.aws().iotData().getThingShadow(get -> get.thingName(SERIAL)))
        .hasMessageContaining("No shadow exists");
    assertThat(
            pipeline
                .aws()
                .iotData()
                .listNamedShadowsForThing(list -> list.thingName(SERIAL))
                .results())
        .isEmpty();
  }

  private static boolean isDone(JsonNode deletions) {
    for (JsonNode one : deletions) {
      if (one.path("device").asText().equals(SERIAL)) {
        return one.has("doneMs");
      }
    }
    return false;
  }

  /// Partitions of all tables and keys of all buckets that tell of the device.
  private List<String> found() {
    var found = new ArrayList<String>();
    var dynamo = pipeline.aws().dynamoDb();
    for (String table : dynamo.listTablesPaginator().tableNames()) {
      for (var item :
          dynamo.scanPaginator(scan -> scan.tableName(table).consistentRead(true)).items()) {
        if (item.toString().contains(SERIAL)) {
          found.add(String.valueOf(item.get("pk").s()));
        }
      }
    }
    var s3 = pipeline.aws().client(S3Client.builder().forcePathStyle(true));
    for (var bucket : s3.listBuckets().buckets()) {
      s3.listObjectsV2Paginator(list -> list.bucket(bucket.name())).contents().stream()
          .map(S3Object::key)
          .filter(key -> key.contains(SERIAL))
          .forEach(found::add);
    }
    return found;
  }

  private void publish(long atMs) {
    String batch =
        "{\"v\":1,\"device\":\"%s\",\"epoch\":1,\"firstSeq\":%d,\"t0\":%d,\"sensors\":[{\"name\":\"t\",\"rows\":[[0,1]]}]}"
            .formatted(SERIAL, atMs % 1000, atMs);
    pipeline
        .aws()
        .iotData()
        .publish(message ->
            message
                .topic(Topics.ingest("dev", SERIAL))
                .qos(1)
                .payload(SdkBytes.fromUtf8String(batch)));
  }

  private Path csv(String text) throws IOException {
    return Files.writeString(folder.resolve("devices.csv"), text);
  }

  private Program.Outcome devices(Object... options) {
    var command = new ArrayList<>(List.of("./fieldline", "devices"));
    for (Object option : options) {
      command.add(option.toString());
    }
    command.addAll(List.of("--stage", "dev"));
    return Program.run(pipeline.root(), pipeline.environment(), Duration.ofSeconds(60), command);
  }

  /// As it leaves the factory.
  private Program agent() throws IOException {
    var authority = pipeline.gateway("provisioning-authority").authority();
    var claim = pipeline.aws().iot().createKeysAndCertificate(create -> create.setAsActive(true));
    pipeline
        .aws()
        .iot()
        .attachPolicy(
            attach -> attach.policyName("fieldline-dev-claim").target(claim.certificateArn()));
    Files.writeString(folder.resolve("claim.crt"), claim.certificatePem());
    Files.writeString(folder.resolve("claim.key"), claim.keyPair().privateKey());
    Files.writeString(
        folder.resolve("agent.yaml"),
        """
        stage: dev
        folder: data
        provisioning:
          certificate: claim.crt
          key: claim.key
          template: fieldline-dev-devices
          parameters: ["SerialNumber=%s"]
        cloud:
          endpoint: localhost:%d
          certificate: device.crt
          key: device.key
          ca: %s
          minBackoffMs: 100
          maxBackoffMs: 1000
        tcp: {enabled: false}
        http: {enabled: false}
        mqtt: {enabled: false}
        metrics: {enabled: false}
        machine: {enabled: false}
        jobs: {enabled: true}
        """
            .formatted(SERIAL, pipeline.mqttPort(), authority));
    return started();
  }

  private Program started() {
    return Program.start(
        folder,
        Map.of("FIELDLINE_BUILT", "1"),
        List.of(
            pipeline.root().resolve("fieldline").toString(),
            "agent",
            "--config",
            folder.resolve("agent.yaml").toString()));
  }
}
