// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.Connection;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.Quarantined;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.Command;
import io.fieldline.messages.TelemetryBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.Certificate;
import software.amazon.awssdk.services.iot.model.GroupNameAndArn;

@ExtendWith(SharedStack.class)
final class DeletionTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final long DAY = 86_400_000;

  /// More than a transaction takes.
  private static final int READINGS = 105;

  /// Those, what is of one time of three, and the latest state: NOW + DAY is in the same year.
  private static final long TELEMETRY_ITEMS = 2L * (READINGS + 1 + 3 + 3 + 3);

  private final Cloud cloud;
  private final IotClient iot;
  private final String gone;
  private final String stays;
  private final String archive;

  DeletionTest(Cloud cloud) {
    this.cloud = cloud;
    iot = cloud.iot();
    gone = cloud.named("gone");
    // Its name begins as the other's.
    stays = gone + "-but-not-this";
    archive = cloud.named("archive");
    cloud.buckets().createBucket(create -> create.bucket(archive));
  }

  private FleetHandler function() {
    return FleetFunction.on(
        cloud,
        Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC),
        Map.of("ARCHIVE_BUCKET", archive));
  }

  private Invocation.Answer call(String route, String device) throws IOException {
    return Invocation.api(function(), route, Map.of("device", device), Map.of(), "[admin]", null);
  }

  private String work(String thing, int round) throws IOException {
    var body = "{\"thing\":\"%s\",\"round\":%d}".formatted(thing, round);
    return Invocation.of(
        function(), Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body))));
  }

  /// How many devices there are in a group or of a type.
  private long devices(Key key) {
    var item =
        cloud
            .tables()
            .getItem(get -> get.tableName(cloud.fleetTable()).key(key.attributes()))
            .item();
    return Attributes.whole(item, "devices");
  }

  private void put(String table, Key key) {
    put(table, key, Map.of());
  }

  private void put(String table, Key key, Map<String, AttributeValue> attributes) {
    cloud.tables().putItem(put -> put.tableName(table).item(key.with(attributes)));
  }

  /// A gateway and one behind it, with all that there can be of them.
  ///
  /// @return the ARN of its certificate
  private String full(String thing) {
    iot.createThing(create -> create.thingName(thing));
    var certificate = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    iot.attachThingPrincipal(
        attach -> attach.thingName(thing).principal(certificate.certificateArn()));
    iot.attachPolicy(
        attach -> attach.policyName(cloud.named("device")).target(certificate.certificateArn()));
    iot.addThingToThingGroup(add -> add.thingName(thing).thingGroupName(cloud.named("all")));
    var thingArn = iot.describeThing(get -> get.thingName(thing)).thingArn();
    iot.createJob(
        create -> create.jobId("job-of-" + thing).targets(thingArn).document("{\"fieldline\":{}}"));
    cloud.document(thing, null, "{\"state\":{\"reported\":{\"lamp\":true}}}");
    cloud.document(thing, "config", "{\"state\":{\"reported\":{}}}");
    var fleet = cloud.fleetTable();
    put(fleet, FleetKeys.serial(thing));
    var register = new DeviceRegister(cloud.tables(), fleet, Clock.systemUTC());
    for (var device : List.of(thing, thing + ":child")) {
      register.heard(device, thing, NOW - 3 * DAY);
      readings(device);
      put(fleet, FleetKeys.standing(device, "hot"), Map.of("thing", Attributes.text(thing)));
    }
    var memberships = new Memberships(cloud.tables(), fleet);
    try {
      memberships.join("shed", thing + ":child");
      memberships.join("shed", thing);
      memberships.setType(thing, Optional.of("boiler"));
    } catch (ApiException e) {
      throw new IllegalStateException(e);
    }
    register.connection(thing, new Connection(true, NOW, 1, ""), NOW);
    put(fleet, FleetKeys.alarm(thing, thing, "hot"));
    put(fleet, FleetKeys.alarmEvent(thing, NOW, "hot", "1"));
    new CommandDispatch(cloud.tables(), cloud.shadows(), fleet, Duration.ofDays(90))
        .issue(
            new Order(thing, "fan", new ActuatorValue.Flag(true), "ada"),
            new Command(
                FleetKeys.commandId(NOW, thing), new ActuatorValue.Flag(true), NOW + 60_000),
            NOW);
    var entry =
        new Quarantined(
            NOW - DAY,
            thing,
            Quarantined.Kind.TIME,
            "why",
            "function:telemetry",
            thing,
            "ingest",
            SdkBytes.fromUtf8String("{}"));
    cloud.tables().putItem(put -> put.tableName(fleet).item(entry.item(true, NOW)));
    return certificate.certificateArn();
  }

  private void readings(String device) {
    var keys = new ArrayList<>(List.of(TelemetryKeys.latest(device)));
    for (int i = 0; i < READINGS; i++) {
      keys.add(TelemetryKeys.raw(device, NOW, new TelemetryBatch.Identity(1, 0, i)));
    }
    for (long ms : new long[] {NOW - 33 * DAY, NOW - 29 * DAY, NOW + DAY}) {
      keys.add(TelemetryKeys.raw(device, ms, new TelemetryBatch.Identity(1, 0, 0)));
      keys.add(TelemetryKeys.hour(device, ms));
      keys.add(TelemetryKeys.day(device, ms));
    }
    for (int from = 0; from < keys.size(); from += 25) {
      var writes =
          keys.subList(from, Math.min(keys.size(), from + 25)).stream()
              .distinct()
              .map(key ->
                  WriteRequest.builder().putRequest(put -> put.item(key.attributes())).build())
              .toList();
      cloud
          .tables()
          .batchWriteItem(write -> write.requestItems(Map.of(cloud.telemetryTable(), writes)));
    }
  }

  private void archived(String name, String... things) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      for (var thing : things) {
        out.write(
            "{\"batch\":{},\"thing\":\"%s\"}\n".formatted(thing).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cloud
        .buckets()
        .putObject(
            put -> put.bucket(archive).key("archive/2025/11/" + name),
            RequestBody.fromBytes(bytes.toByteArray()));
  }

  /// Every object, whatever its name.
  private String archived() {
    var all = new StringBuilder();
    for (var object : cloud.buckets().listObjectsV2(list -> list.bucket(archive)).contents()) {
      var packed = cloud.buckets().getObjectAsBytes(get -> get.bucket(archive).key(object.key()));
      try (var in = new GZIPInputStream(packed.asInputStream())) {
        all.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all.toString();
  }

  private void around() {
    archived("22/of-both", gone, stays, gone);
    archived("25/of-one", gone);
    iot.createPolicy(create ->
        create
            .policyName(cloud.named("device"))
            .policyDocument("{\"Version\":\"2012-10-17\",\"Statement\":[]}"));
    iot.createThingGroup(create -> create.thingGroupName(cloud.named("all")));
    put(cloud.fleetTable(), Grouping.GROUP.key("shed"));
  }

  /// Every item of both tables, and everything of the registry and of the shadows, that is a
  /// thing's: not what the code knows of, but all that there is.
  private List<String> found(String thing, String certificateArn) {
    var found = new ArrayList<String>();
    for (var table : List.of(cloud.telemetryTable(), cloud.fleetTable())) {
      for (var item : cloud.items(table)) {
        // The names of both begin alike.
        if (item.toString().replace(stays, "").contains(thing)) {
          found.add(item.get("pk").s() + " " + item.get("sk").s());
        }
      }
    }
    if (archived().contains('"' + thing + '"')) {
      found.add("archived");
    }
    iot.listThingsPaginator().things().stream()
        .filter(one -> one.thingName().equals(thing))
        .forEach(one -> found.add("thing"));
    iot.listCertificatesPaginator().certificates().stream()
        .map(Certificate::certificateArn)
        .filter(certificateArn::equals)
        .forEach(one -> found.add("certificate"));
    iot.listThingGroupsPaginator().thingGroups().stream()
        .map(GroupNameAndArn::groupName)
        .flatMap(group ->
            iot.listThingsInThingGroup(list -> list.thingGroupName(group)).things().stream())
        .filter(thing::equals)
        .forEach(one -> found.add("member"));
    for (var job : iot.listJobsPaginator().jobs()) {
      iot
          .listJobExecutionsForJobPaginator(list -> list.jobId(job.jobId()))
          .executionSummaries()
          .stream()
          .filter(execution -> execution.thingArn().endsWith("thing/" + thing))
          .forEach(execution -> found.add("execution"));
    }
    var shadows = cloud.shadows();
    shadows
        .listNamedShadowsForThing(list -> list.thingName(thing))
        .results()
        .forEach(name -> found.add("shadow " + name));
    try {
      shadows.getThingShadow(get -> get.thingName(thing));
      found.add("shadow");
    } catch (software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException none) {
      // As it should be.
    }
    return found;
  }

  private List<String> afterwards() {
    return List.of("DELETED " + gone);
  }

  private static List<String> withoutAudit(List<String> found) {
    return found.stream().filter(one -> !one.startsWith("AUDIT#")).toList();
  }

  @Test
  void nothingOfItIsFoundButTheReceipt() throws IOException {
    around();
    var certificate = full(gone);
    var other = full(stays);
    var before = found(stays, other);
    assertThat(found(gone, certificate))
        .hasSizeGreaterThan(230)
        .contains("certificate", "shadow", "archived");

    var asked = call("DELETE /devices/{device}", gone);
    assertThat(asked.status()).isEqualTo(202);
    assertThat(cloud.messages()).hasSize(1).allMatch(body -> body.contains("\"round\":1"));
    assertThat(work(gone, 1)).isEqualTo("{\"batchItemFailures\":[]}");

    assertThat(withoutAudit(found(gone, certificate))).isEqualTo(afterwards());
    assertThat(found(stays, other)).isEqualTo(before);
    assertThat(devices(Grouping.GROUP.key("shed"))).isEqualTo(2);
    assertThat(devices(Grouping.TYPE.key("boiler"))).isEqualTo(1);
    late();
    work(gone, 2);
    assertThat(withoutAudit(found(gone, certificate))).isEqualTo(afterwards());
    var receipt = call("GET /deletions", "").body().objects("deletions").getFirst();
    assertThat(receipt.members())
        .containsEntry("device", gone)
        .containsEntry("by", "ada")
        .containsEntry("askedMs", NOW)
        .containsEntry("doneMs", NOW)
        .containsEntry("certificates", 1L)
        .containsEntry("jobs", 1L)
        .containsEntry("shadows", 3L)
        .containsEntry("telemetryItems", TELEMETRY_ITEMS + 1)
        .containsEntry("fleetItems", 14L)
        .containsEntry("archivedMessages", 4L);
  }

  /// What a function that still knew the device has written since.
  private void late() {
    put(
        cloud.telemetryTable(),
        TelemetryKeys.raw(gone + ":child", NOW, new TelemetryBatch.Identity(2, 0, 0)));
    archived("25/on-its-way", gone);
  }

  @Test
  void whatIsSaidOfItLaterIsNotTaken() throws IOException {
    call("DELETE /devices/{device}", gone);
    iot.createThing(create -> create.thingName(gone));
    call("DELETE /devices/{device}", gone);
    var register = new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC());

    assertThat(register.heard(gone, gone, NOW)).isFalse();
    assertThat(register.heard(gone + ":child", gone, NOW)).isFalse();
    assertThat(register.heard(stays, stays, NOW)).isTrue();

    assertThat(call("DELETE /deletions/{device}", gone).status()).isEqualTo(409);
    work(gone, 1);
    work(gone, 2);
    assertThat(call("DELETE /deletions/{device}", gone).status()).isEqualTo(200);
    assertThat(register.heard(gone, gone, NOW)).isTrue();
  }

  @Test
  void endsAnywhereAndGoesOn() throws IOException {
    endsAt(101);
  }

  @Test
  @Tag("long")
  void endsAtEachEdgeOfEachCallAndGoesOn() throws IOException {
    endsAt(1);
  }

  /// In one deletion the function ends at more and more edges, each time after the last one.
  private void endsAt(int step) throws IOException {
    around();
    var certificate = full(gone);
    int ended = 0;
    call("DELETE /devices/{device}", gone);
    for (int edge = step; ; edge += step) {
      cloud.endAt(edge);
      try {
        work(gone, 1);
        break;
      } catch (Cloud.Ended anywhere) {
        ended++;
      } finally {
        cloud.endAt(0);
      }
    }
    work(gone, 2);

    assertThat(ended).isPositive();
    assertThat(withoutAudit(found(gone, certificate))).isEqualTo(afterwards());
    var receipt = call("GET /deletions", "").body().objects("deletions").getFirst();
    assertThat(receipt.whole("telemetryItems")).isEqualTo(TELEMETRY_ITEMS);
    assertThat(devices(Grouping.GROUP.key("shed"))).isZero();
    assertThat(devices(Grouping.TYPE.key("boiler"))).isZero();
  }

  /// A device of many years takes more than one invocation.
  @Test
  void whatTakesLongerIsToldToTheQueueAgain() throws IOException {
    iot.createThing(create -> create.thingName(gone));
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard(gone, gone, NOW - 3 * DAY);
    readings(gone);
    call("DELETE /devices/{device}", gone);
    var clock =
        new Clock() {
          private int asked;

          @Override
          public long millis() {
            return NOW + 1_000L * asked++;
          }

          @Override
          public Instant instant() {
            return Instant.ofEpochMilli(millis());
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    var body = "{\"thing\":\"%s\",\"round\":1}".formatted(gone);

    var answer =
        Invocation.of(
            FleetFunction.on(cloud, clock),
            Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body))));

    assertThat(answer).isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(cloud.messages()).hasSize(2).allMatch(told -> told.contains("\"round\":1"));
    work(gone, 1);
    assertThat(cloud.items(cloud.telemetryTable())).isEmpty();
  }

  @Test
  void aCertificateThatIsAnotherThingsTooStaysInForce() throws IOException {
    around();
    var shared = full(gone);
    full(stays);
    iot.attachThingPrincipal(attach -> attach.thingName(stays).principal(shared));

    call("DELETE /devices/{device}", gone);
    work(gone, 1);

    var id = shared.substring(shared.lastIndexOf('/') + 1);
    assertThat(
            iot.describeCertificate(get -> get.certificateId(id))
                .certificateDescription()
                .statusAsString())
        .isEqualTo("ACTIVE");
    assertThat(iot.listPrincipalThings(list -> list.principal(shared)).things())
        .containsExactly(stays);
  }

  @Test
  void whatIsNoThingIsRefused() throws IOException {
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard("gw:child", "gw", NOW);

    assertThat(call("DELETE /devices/{device}", "gw:child").body().text("detail"))
        .contains("got a device behind gw");
    assertThat(call("DELETE /devices/{device}", "none").status()).isEqualTo(404);
    assertThat(call("DELETE /deletions/{device}", "none").status()).isEqualTo(404);
    assertThat(JsonObject.parse(work("none", 1)).objects("batchItemFailures")).isEmpty();
  }
}
