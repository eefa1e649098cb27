// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

@ExtendWith(SharedStack.class)
final class AdmissionHandlerTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final String REFUSED = "{\"allowProvisioning\":false}";

  private final Cloud cloud;
  private final AdmissionHandler function;

  AdmissionHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    var variables =
        Map.of(
            "FLEET_TABLE",
            cloud.fleetTable(),
            "FLEET_QUEUE_URL",
            cloud.queueUrl(),
            "DEVICES_TEMPLATE",
            "fieldline-dev-devices",
            "ROTATION_TEMPLATE",
            "fieldline-dev-rotation");
    function =
        new AdmissionHandler(
            new Environment(variables),
            cloud.tables(),
            cloud.queues(),
            Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));
  }

  /// Source: AWS IoT Core Developer Guide, "Pre-provisioning hook input".
  private String ask(String template, Map<String, String> parameters) throws IOException {
    return Invocation.of(
        function,
        Map.of(
            "claimCertificateId",
            "claim",
            "certificateId",
            "new",
            "certificatePem",
            "-----BEGIN CERTIFICATE-----",
            "templateArn",
            "arn:aws:iot:us-east-1:000000000000:provisioningtemplate/" + template,
            "clientId",
            "pump-1",
            "parameters",
            parameters));
  }

  private String ask(String serial) throws IOException {
    return ask("fieldline-dev-devices", Map.of("SerialNumber", serial, "ThingName", "other"));
  }

  private void listed(String serial, Map<String, AttributeValue> more) {
    cloud
        .tables()
        .putItem(
            put -> put.tableName(cloud.fleetTable()).item(FleetKeys.serial(serial).with(more)));
  }

  private Map<String, AttributeValue> item(String serial) {
    var key = FleetKeys.serial(serial).attributes();
    return cloud.tables().getItem(get -> get.tableName(cloud.fleetTable()).key(key)).item();
  }

  private static String allowed(String thing) throws IOException {
    return "{\"allowProvisioning\":true,\"parameterOverrides\":{\"ThingName\":\"" + thing + "\"}}";
  }

  private void heard(String thing) {
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard(thing, thing, NOW);
  }

  @Test
  void whoIsOnTheListBecomesTheThingOfThatName() throws IOException {
    listed("SN1", Map.of());

    assertThat(ask("SN1")).isIn(allowed("SN1"), reversed("SN1"));
    assertThat(ask("SN1")).as("an answer that was lost").doesNotContain("false");

    assertThat(Attributes.text(item("SN1"), "certificateId")).hasValue("new");
    assertThat(Attributes.whole(item("SN1"), "admittedMs")).isEqualTo(NOW);
    assertThat(Attributes.whole(item("SN1"), "admissions")).isEqualTo(2);
    assertThat(cloud.answered(SendMessageRequest.class))
        .extracting(SendMessageRequest::messageBody)
        .hasSize(2)
        .allMatch(body -> body.contains("\"provisioned\":\"SN1\"") && body.contains("\"look\":1"));
  }

  private static String reversed(String thing) {
    return "{\"parameterOverrides\":{\"ThingName\":\"" + thing + "\"},\"allowProvisioning\":true}";
  }

  @Test
  void nobodyElseIs() throws IOException {
    assertThat(ask("SN2")).isEqualTo(REFUSED);
    assertThat(item("SN2")).isEmpty();
  }

  /// Whoever has copied a claim knows serial numbers of devices that run.
  @Test
  void theSerialNumberOfADeviceThatWasHeardIsUsedUp() throws IOException {
    listed("SN3", Map.of());
    heard("SN3");

    assertThat(ask("SN3")).isEqualTo(REFUSED);
    assertThat(item("SN3")).doesNotContainKey("admittedMs");
  }

  @Test
  void forADayAfterAnAdminSaysSoItIsTakenAgain() throws IOException {
    heard("SN4");
    listed("SN4", Map.of("againMs", Attributes.number(NOW - 86_400_000 + 1)));
    assertThat(ask("SN4")).doesNotContain("false");

    listed("SN4", Map.of("againMs", Attributes.number(NOW - 86_400_000)));
    assertThat(ask("SN4")).isEqualTo(REFUSED);
  }

  @Test
  void aDeviceThatWasDeletedDoesNotComeBack() throws IOException {
    listed("SN7", Map.of("againMs", Attributes.number(NOW)));
    var key = FleetKeys.deletion("SN7").attributes();
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(key));

    assertThat(ask("SN7")).isEqualTo(REFUSED);
  }

  /// Whatever thing a device asks for.
  @Test
  void anotherCertificateIsForTheThingThatAsks() throws IOException {
    assertThat(ask("fieldline-dev-rotation", Map.of("ThingName", "pump-2")))
        .isIn(allowed("pump-1"), reversed("pump-1"));
    assertThat(ask("fieldline-prod-devices", Map.of("SerialNumber", "SN5"))).isEqualTo(REFUSED);
  }

  @Test
  void aFunctionThatCannotLookLetsNobodyIn() {
    listed("SN6", Map.of());
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"dynamodb:GetItem\",\"Resource\":\"*\"}");

    assertThatThrownBy(() -> ask("SN6")).isInstanceOf(DynamoDbException.class);
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    function.prime();

    assertThat(cloud.items(cloud.fleetTable())).isEmpty();
  }
}
