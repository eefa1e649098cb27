// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.tables.DeviceRegister;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.UpdateCertificateRequest;
import software.amazon.awssdk.services.iotdataplane.model.DeleteConnectionRequest;

@ExtendWith(SharedStack.class)
final class CertificateRoutesTest {
  private static final long NOW = 1_764_042_000_000L;

  private final Cloud cloud;
  private final IotClient iot;
  private final FleetHandler function;
  private final String thing;

  CertificateRoutesTest(Cloud cloud) {
    this.cloud = cloud;
    iot = cloud.iot();
    function = FleetFunction.on(cloud, Clock.systemUTC());
    thing = cloud.named("box");
    iot.createThing(create -> create.thingName(thing));
  }

  /// @return the identifier of a certificate that is a thing's
  private String certificate(String of) {
    var made = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    iot.attachThingPrincipal(attach -> attach.thingName(of).principal(made.certificateArn()));
    return made.certificateId();
  }

  private Invocation.Answer list(String device) throws IOException {
    return Invocation.api(
        function,
        "GET /devices/{device}/certificates",
        Map.of("device", device),
        Map.of(),
        "[operator]",
        null);
  }

  private Invocation.Answer revoke(String device, String certificate, String role)
      throws IOException {
    return Invocation.api(
        function,
        "POST /devices/{device}/certificates/{certificate}/revoke",
        Map.of("device", device, "certificate", certificate),
        Map.of(),
        role,
        null);
  }

  private List<String> statuses() throws IOException {
    return list(thing).body().objects("certificates").stream()
        .map(one -> one.members().get("certificate") + " " + one.members().get("status"))
        .toList();
  }

  @Test
  void theyAreListedAndOneIsRevokedForGood() throws IOException {
    assertThat(statuses()).isEmpty();
    var old = certificate(thing);
    var young = certificate(thing);
    assertThat(statuses()).containsExactlyInAnyOrder(old + " ACTIVE", young + " ACTIVE");

    var answer = revoke(thing, old, "[admin]");

    assertThat(answer.body().members())
        .containsEntry("certificate", old)
        .containsEntry("status", "REVOKED");
    assertThat(answer.body().whole("changedMs"))
        .isGreaterThanOrEqualTo(answer.body().whole("createdMs"));
    assertThat(statuses()).containsExactlyInAnyOrder(old + " REVOKED", young + " ACTIVE");
    assertThat(cloud.answered(UpdateCertificateRequest.class)).hasSize(1);
    assertThat(revoke(thing, old, "[admin]").status()).isEqualTo(200);
    assertThat(cloud.answered(UpdateCertificateRequest.class)).as("once").hasSize(1);
  }

  /// The function ends at each edge: asked again it is revoked, and the connection is ended.
  @Test
  void endsAnywhereAndIsDoneWhenItIsAskedAgain() throws IOException {
    var id = certificate(thing);
    int ended = 0;
    for (int edge = 1; edge <= 18; edge++) {
      iot.updateCertificate(update -> update.certificateId(id).newStatus(CertificateStatus.ACTIVE));
      cloud.endAt(edge);
      try {
        revoke(thing, id, "[admin]");
      } catch (Cloud.Ended anywhere) {
        ended++;
      } finally {
        cloud.endAt(0);
      }
      assertThat(revoke(thing, id, "[admin]").body().text("status")).isEqualTo("REVOKED");
    }
    assertThat(ended).isGreaterThan(10);
  }

  /// Only that thing's connection.
  @Test
  void theConnectionOfTheDeviceIsEnded() throws IOException {
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"iot:DeleteConnection\",\"Resource\":\"*\"}");
    var id = certificate(thing);

    var answer = revoke(thing, id, "[admin]");
    assertThat(answer.status()).as("it is revoked, but connected may be").isEqualTo(502);
    assertThat(answer.body().text("detail")).contains("DeleteConnection", thing);
    assertThat(cloud.answered(DeleteConnectionRequest.class)).isEmpty();

    cloud.allowAgain();
    assertThat(revoke(thing, id, "[admin]").status()).isEqualTo(200);
  }

  @Test
  void whatIsNotTheDevicesAloneIsRefused() throws IOException {
    var other = cloud.named("other");
    iot.createThing(create -> create.thingName(other));
    var others = certificate(other);
    var shared = certificate(thing);
    var arn =
        iot.describeCertificate(get -> get.certificateId(shared))
            .certificateDescription()
            .certificateArn();
    iot.attachThingPrincipal(attach -> attach.thingName(other).principal(arn));
    var register = new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC());
    register.heard(thing + ":child", thing, NOW);

    assertThat(revoke(thing, others, "[admin]").status()).isEqualTo(404);
    var answer = revoke(thing, shared, "[admin]");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body().text("detail")).endsWith("got one that is also of " + other);
    assertThat(list(thing + ":child").status()).isEqualTo(409);
    assertThat(list("nobody").status()).isEqualTo(404);
    assertThat(revoke(thing, shared, "[operator]").status()).isEqualTo(403);
    assertThat(cloud.answered(UpdateCertificateRequest.class)).isEmpty();
  }

  /// A device with one that was revoked can be deleted.
  @Test
  void whatWasRevokedGoesWithItsDevice() throws IOException {
    var id = certificate(thing);
    revoke(thing, id, "[admin]");

    Invocation.api(
        function, "DELETE /devices/{device}", Map.of("device", thing), Map.of(), "[admin]", null);
    var body = "{\"thing\":\"%s\",\"round\":1}".formatted(thing);
    Invocation.of(function, Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body))));

    assertThat(iot.listCertificatesPaginator().certificates())
        .noneMatch(one -> one.certificateId().equals(id));
  }
}
