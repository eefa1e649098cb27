// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.LocalStack;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.CreateKeysAndCertificateResponse;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.iotdataplane.model.ConflictException;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;

/// Devices over mutual TLS and operators over the SDK, against a whole stack in this process.
@Order(4)
final class IotServiceTest {
  private static final String POLICY =
      """
      {"Version":"2012-10-17","Statement":[
       {"Effect":"Allow","Action":"iot:Connect",
        "Resource":"arn:aws:iot:us-east-1:000000000000:client/${iot:Connection.Thing.ThingName}",
        "Condition":{"Bool":{"iot:Connection.Thing.IsAttached":["true"]}}},
       {"Effect":"Allow","Action":["iot:Publish","iot:Receive"],
        "Resource":["arn:aws:iot:us-east-1:000000000000:topic/fleet/${iot:ClientId}/*",
         "arn:aws:iot:us-east-1:000000000000:topic/$aws/things/${iot:ClientId}/shadow/*"]},
       {"Effect":"Allow","Action":"iot:Subscribe","Resource":[
         "arn:aws:iot:us-east-1:000000000000:topicfilter/fleet/${iot:ClientId}/*",
         "arn:aws:iot:us-east-1:000000000000:topicfilter/$aws/things/${iot:ClientId}/shadow/*"]}]}
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static LocalStack stack;
  private static IotClient iot;
  private static IotDataPlaneClient data;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    iot = client(IotClient.builder());
    data = client(IotDataPlaneClient.builder());
    iot.createPolicy(p -> p.policyName("device").policyDocument(POLICY));
  }

  @AfterAll
  static void stop() {
    iot.close();
    data.close();
    stack.close();
  }

  private static <B extends AwsClientBuilder<B, C>, C> C client(B builder) {
    var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(credentials);
    if (builder
        instanceof software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder<?, ?> sync) {
      sync.httpClientBuilder(UrlConnectionHttpClient.builder());
    }
    return builder.build();
  }

  /// A thing with a certificate that has the policy.
  private record Device(String thing, CreateKeysAndCertificateResponse certificate) {
    static Device provisioned() {
      String thing = "pump-" + UUID.randomUUID();
      iot.createThing(t -> t.thingName(thing));
      var certificate = iot.createKeysAndCertificate(c -> c.setAsActive(true));
      iot.attachPolicy(a -> a.policyName("device").target(certificate.certificateArn()));
      iot.attachThingPrincipal(a -> a.thingName(thing).principal(certificate.certificateArn()));
      return new Device(thing, certificate);
    }

    MqttSocket open(MqttVersion version) throws IOException, GeneralSecurityException {
      SSLSocket socket =
          (SSLSocket)
              tls(certificate).getSocketFactory().createSocket("127.0.0.1", stack.mqttPort());
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(new String[] {"x-amzn-mqtt-ca"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isEqualTo("x-amzn-mqtt-ca");
      return new MqttSocket(socket, version);
    }

    MqttSocket connect(MqttVersion version) throws IOException, GeneralSecurityException {
      MqttSocket socket = open(version);
      assertThat(code(socket, thing)).isZero();
      return socket;
    }

    String topic(String rest) {
      return "fleet/" + thing + "/" + rest;
    }

    String shadow(String rest) {
      return "$aws/things/" + thing + "/shadow/" + rest;
    }
  }

  private static int code(MqttSocket socket, String clientId) throws IOException {
    return socket
            .connect(clientId, UnaryOperator.identity())
            .variableHeader()
            .connectReturnCode()
            .byteValue()
        & 0xFF;
  }

  private static SSLContext tls(CreateKeysAndCertificateResponse own)
      throws GeneralSecurityException, IOException {
    return MqttSocket.tls(
        own.certificatePem(), own.keyPair().privateKey(), stack.deviceAuthority());
  }

  @Test
  void certificateIdIsSha256OfItsDerForm() {
    var certificate = iot.createKeysAndCertificate(c -> c.setAsActive(true));

    X509Certificate x509 = Pem.certificate(certificate.certificatePem());
    assertThat(certificate.certificateId()).isEqualTo(Certificates.fingerprint(x509));
    assertThat(certificate.certificateArn())
        .isEqualTo("arn:aws:iot:us-east-1:000000000000:cert/" + certificate.certificateId());
  }

  @Test
  void deviceConnectsPublishesAndReceivesWithinItsPolicy() throws Exception {
    Device device = Device.provisioned();
    try (MqttSocket mqtt = device.connect(MqttVersion.MQTT_3_1_1)) {
      mqtt.subscribe(device.topic("in"), 1);

      mqtt.publish(device.topic("in"), "21.5", 1);

      assertThat(mqtt.receive()).isEqualTo(device.topic("in") + "=21.5");
    }
  }

  @Test
  void publishOutsideThePolicyEndsAConnectionOfVersion3AndIsRefusedToVersion5() throws Exception {
    Device device = Device.provisioned();
    try (MqttSocket old = device.connect(MqttVersion.MQTT_3_1_1)) {
      old.sendPublish("fleet/somebody/else", "x", 1, b -> b);

      assertThat(old.awaitEnd()).isEqualTo(-1);
    }
    try (MqttSocket young = device.connect(MqttVersion.MQTT_5)) {
      assertThat(young.publish("fleet/somebody/else", "x", 1)).isEqualTo(0x87);
      assertThat(young.subscribeForCodes("fleet/#", 1)).containsExactly(0x87);
      young.ping();
    }
  }

  @Test
  void clientIdOtherThanTheThingIsRefused() throws Exception {
    Device device = Device.provisioned();
    try (MqttSocket mqtt = device.open(MqttVersion.MQTT_5)) {
      assertThat(code(mqtt, "somebody")).isEqualTo(0x87);
    }
  }

  @Test
  void unregisteredCertificateIsRefusedInTheHandshake() {
    Device device = Device.provisioned();
    iot.updateCertificate(
        c -> c.certificateId(device.certificate().certificateId()).newStatus("INACTIVE"));

    assertThatThrownBy(
            () -> {
              try (MqttSocket mqtt = device.open(MqttVersion.MQTT_5)) {
                code(mqtt, device.thing());
              }
            })
        .isInstanceOfAny(IOException.class, AssertionError.class);
  }

  @Test
  void connectionEndsWhenItsCertificateIsRevoked() throws Exception {
    Device device = Device.provisioned();
    try (MqttSocket mqtt = device.connect(MqttVersion.MQTT_5)) {
      iot.updateCertificate(c ->
          c.certificateId(device.certificate().certificateId())
              .newStatus(CertificateStatus.REVOKED));

      assertThat(mqtt.awaitEnd()).isEqualTo(0x8B);
    }
  }

  @Test
  void desiredStateReachesTheDeviceAsDeltaUntilItReportsIt() throws Exception {
    Device device = Device.provisioned();
    try (MqttSocket mqtt = device.connect(MqttVersion.MQTT_5)) {
      mqtt.subscribe(device.shadow("name/commands/update/delta"), 1);
      mqtt.subscribe(device.shadow("name/commands/update/accepted"), 1);

      update(
          device, "commands", "{\"state\":{\"desired\":{\"fan\":{\"id\":\"1\",\"value\":true}}}}");

      JsonNode first = json(mqtt, "accepted");
      assertThat(first.at("/state/desired/fan/value").asBoolean()).isTrue();
      JsonNode delta = json(mqtt, "delta");
      assertThat(delta.at("/state/fan/id").asText()).isEqualTo("1");
      assertThat(delta.at("/metadata/fan/id/timestamp").asLong()).isPositive();
      assertThat(delta.at("/version").asLong()).isEqualTo(1);

      mqtt.publish(
          device.shadow("name/commands/update"),
          "{\"state\":{\"reported\":{\"fan\":{\"id\":\"1\",\"value\":true}}},\"clientToken\":\"t\"}",
          1);

      JsonNode second = json(mqtt, "accepted");
      assertThat(second.at("/clientToken").asText()).isEqualTo("t");
      JsonNode whole =
          JSON.readTree(
              data.getThingShadow(s -> s.thingName(device.thing()).shadowName("commands"))
                  .payload()
                  .asByteArray());
      assertThat(whole.at("/version").asLong()).isEqualTo(2);
      assertThat(whole.at("/state/delta").isMissingNode()).isTrue();
    }
  }

  private static void update(Device device, String shadow, String document) {
    data.updateThingShadow(s ->
        s.thingName(device.thing()).shadowName(shadow).payload(SdkBytes.fromUtf8String(document)));
  }

  private static JsonNode json(MqttSocket mqtt, String topicEnd) throws IOException {
    MqttPublishMessage message = mqtt.receivePublish();
    assertThat(message.variableHeader().topicName()).endsWith(topicEnd);
    return JSON.readTree(message.payload().toString(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void shadowErrorsAreAwsOnesOverBothDoors() throws Exception {
    Device device = Device.provisioned();
    update(device, "config", "{\"state\":{\"desired\":{\"a\":1}}}");

    assertThatThrownBy(
            () -> update(device, "config", "{\"state\":{\"desired\":{\"a\":2}},\"version\":7}"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("Version conflict");
    assertThatThrownBy(
            () -> data.getThingShadow(s -> s.thingName(device.thing()).shadowName("none")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("No shadow exists with name");
    try (MqttSocket mqtt = device.connect(MqttVersion.MQTT_5)) {
      mqtt.subscribe(device.shadow("update/rejected"), 1);
      mqtt.publish(device.shadow("update"), "{\"state\":[]", 1);
      assertThat(json(mqtt, "update/rejected").at("/message").asText()).isEqualTo("Invalid JSON");
    }
  }

  @Test
  void publishOverHttpReachesADevice() throws Exception {
    Device device = Device.provisioned();
    try (MqttSocket mqtt = device.connect(MqttVersion.MQTT_3_1_1)) {
      mqtt.subscribe(device.topic("in"), 1);

      data.publish(
          p -> p.topic(device.topic("in")).qos(1).payload(SdkBytes.fromUtf8String("hello")));

      assertThat(mqtt.receive()).isEqualTo(device.topic("in") + "=hello");
    }
  }

  @Test
  void aDeletedThingLeavesItsGroupsAndOneOfItsNameBeginsWithoutThem() {
    iot.createThingGroup(create -> create.thingGroupName("shed"));
    iot.createThing(create -> create.thingName("leaver"));
    iot.addThingToThingGroup(add -> add.thingGroupName("shed").thingName("leaver"));
    assertThat(iot.listThingsInThingGroup(list -> list.thingGroupName("shed")).things())
        .containsExactly("leaver");

    iot.deleteThing(delete -> delete.thingName("leaver"));

    assertThat(iot.listThingsInThingGroup(list -> list.thingGroupName("shed")).things()).isEmpty();
    iot.createThing(create -> create.thingName("leaver"));
    assertThat(iot.listThingGroupsForThing(list -> list.thingName("leaver")).thingGroups())
        .isEmpty();
  }

  @Test
  void endpointIsTheStacksOwn() {
    String address = iot.describeEndpoint(d -> d.endpointType("iot:Data-ATS")).endpointAddress();

    assertThat(address).isEqualTo("127.0.0.1:" + stack.endpoint().getPort());
  }
}
