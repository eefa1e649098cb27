// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.LocalStack;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.IotClient;

/// A stack with its operator's client, and devices that connect to it with certificates.
final class IotBench implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  final LocalStack stack;
  final IotClient iot;

  IotBench(LocalStack stack) {
    this.stack = stack;
    this.iot = client(IotClient.builder());
  }

  IotBench() {
    this(LocalStack.start());
  }

  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return client(builder, AwsBasicCredentials.create("test", "test"));
  }

  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, AwsCredentials credentials) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(new JdkHttp())
        .build();
  }

  /// A role that a service may take on; the answer is its ARN.
  ///
  /// @param allowed statements of its policy
  String role(String name, String service, String allowed) {
    try (var iam = client(IamClient.builder())) {
      String arn =
          iam.createRole(r ->
                  r.roleName(name)
                      .assumeRolePolicyDocument(
                          """
                          {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                          "Principal":{"Service":"%s"},"Action":"sts:AssumeRole"}]}\
                          """
                              .formatted(service)))
              .role()
              .arn();
      iam.putRolePolicy(r ->
          r.roleName(name)
              .policyName("own")
              .policyDocument("{\"Version\":\"2012-10-17\",\"Statement\":[" + allowed + "]}"));
      return arn;
    }
  }

  static String allow(String... actions) {
    return "{\"Effect\":\"Allow\",\"Action\":[\""
        + String.join("\",\"", actions)
        + "\"],\"Resource\":\"*\"}";
  }

  /// A certificate and its key, as a device keeps them.
  record Identity(String id, String certificate, String key) {}

  static KeyPair keyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A certificate signing request in PEM form.
  static String signingRequest(KeyPair pair) {
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
      return Pem.of(
          new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=device"), pair.getPublic())
              .build(signer));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// An active certificate with a policy of these statements.
  Identity identity(String statements) {
    String policy = "p-" + UUID.randomUUID();
    iot.createPolicy(p ->
        p.policyName(policy)
            .policyDocument("{\"Version\":\"2012-10-17\",\"Statement\":[" + statements + "]}"));
    KeyPair pair = keyPair();
    var made =
        iot.createCertificateFromCsr(
            c -> c.certificateSigningRequest(signingRequest(pair)).setAsActive(true));
    iot.attachPolicy(a -> a.policyName(policy).target(made.certificateArn()));
    return new Identity(made.certificateId(), made.certificatePem(), Pem.pkcs8(pair.getPrivate()));
  }

  /// A thing with such a certificate.
  Identity identityOf(String thing, String statements) {
    Identity made = identity(statements);
    iot.createThing(t -> t.thingName(thing));
    iot.attachThingPrincipal(
        a -> a.thingName(thing).principal("arn:aws:iot:us-east-1:000000000000:cert/" + made.id()));
    return made;
  }

  SSLContext tls(Identity identity) throws GeneralSecurityException, IOException {
    return MqttSocket.tls(identity.certificate(), identity.key(), stack.deviceAuthority());
  }

  MqttSocket connect(Identity identity, String clientId)
      throws IOException, GeneralSecurityException {
    return connect(identity, clientId, stack.mqttPort(), "x-amzn-mqtt-ca");
  }

  MqttSocket connect(Identity identity, String clientId, int port, String protocol)
      throws IOException, GeneralSecurityException {
    var socket = (SSLSocket) tls(identity).getSocketFactory().createSocket("127.0.0.1", port);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    var mqtt = new MqttSocket(socket, MqttVersion.MQTT_5);
    // The stack makes RSA keys while the client waits.
    socket.setSoTimeout(20_000);
    int code =
        mqtt.connect(clientId, UnaryOperator.identity())
                .variableHeader()
                .connectReturnCode()
                .byteValue()
            & 0xFF;
    if (code != 0) {
      throw new IOException("refused with code " + code);
    }
    return mqtt;
  }

  /// The next message, which must come on a topic that ends so.
  static JsonNode receive(MqttSocket mqtt, String topicEnd) throws IOException {
    MqttPublishMessage message = mqtt.receivePublish();
    String topic = message.variableHeader().topicName();
    String payload = message.payload().toString(StandardCharsets.UTF_8);
    if (!topic.endsWith(topicEnd)) {
      throw new AssertionError(
          "expected a topic that ends with " + topicEnd + ", got " + topic + " " + payload);
    }
    return JSON.readTree(payload);
  }

  @Override
  public void close() {
    iot.close();
    stack.close();
  }
}
