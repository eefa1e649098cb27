// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import static io.fieldline.localstack.sns.SnsBench.json;
import static io.fieldline.localstack.sns.SnsBench.queueArn;
import static io.fieldline.localstack.sns.SnsBench.topicArn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.LocalStackOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.AuthorizationErrorException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.InvalidParameterValueException;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.model.Tag;
import software.amazon.awssdk.services.sns.model.TooManyEntriesInBatchRequestException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

class SnsTest {
  private static SnsBench bench;
  private static SnsClient sns;

  @BeforeAll
  static void start() {
    bench = new SnsBench();
    sns = bench.sns;
  }

  @AfterAll
  static void stop() {
    bench.close();
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  @ParameterizedTest
  @CsvSource({"1, SHA1withRSA", "2, SHA256withRSA"})
  void aQueueGetsAnEnvelopeThatTheStackSigned(String version, String algorithm) throws Exception {
    String topic = bench.topic("signed" + version);
    sns.setTopicAttributes(
        r -> r.topicArn(topic).attributeName("SignatureVersion").attributeValue(version));
    String url = bench.queue("signed" + version, topic);
    String subscription = bench.subscribe(topic, "signed" + version, Map.of());

    String id =
        sns.publish(r ->
                r.topicArn(topic)
                    .subject("Too warm")
                    .message("21.5 °C")
                    .messageAttributes(Map.of("unit", text("C"))))
            .messageId();

    JsonNode envelope = json(bench.only(url));
    assertThat(envelope.path("Type").asText()).isEqualTo("Notification");
    assertThat(envelope.path("MessageId").asText()).isEqualTo(id);
    assertThat(envelope.path("TopicArn").asText()).isEqualTo(topic);
    assertThat(envelope.path("Subject").asText()).isEqualTo("Too warm");
    assertThat(envelope.path("Message").asText()).isEqualTo("21.5 °C");
    assertThat(envelope.path("Timestamp").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{3}Z");
    assertThat(envelope.path("UnsubscribeURL").asText()).endsWith(subscription);
    assertThat(envelope.path("MessageAttributes"))
        .hasToString("{\"unit\":{\"Type\":\"String\",\"Value\":\"C\"}}");
    assertThat(envelope.path("SignatureVersion").asText()).isEqualTo(version);
    var signed = new StringBuilder();
    for (String name :
        new String[] {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}) {
      signed.append(name).append('\n').append(envelope.path(name).asText()).append('\n');
    }
    var signature = Signature.getInstance(algorithm);
    try (var in = URI.create(envelope.path("SigningCertURL").asText()).toURL().openStream()) {
      signature.initVerify(CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    signature.update(signed.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(signature.verify(Base64.getDecoder().decode(envelope.path("Signature").asText())))
        .isTrue();
  }

  @Test
  void aRawDeliveryIsTheMessageWithItsAttributes() {
    String topic = bench.topic("raw");
    String url = bench.queue("raw", topic);
    bench.subscribe(topic, "raw", Map.of("RawMessageDelivery", "true"));

    sns.publish(r ->
        r.topicArn(topic)
            .message("m")
            .messageAttributes(
                Map.of(
                    "unit",
                    text("C"),
                    "bytes",
                    MessageAttributeValue.builder()
                        .dataType("Binary")
                        .binaryValue(SdkBytes.fromByteArray(new byte[] {1, 2}))
                        .build())));

    Message message = bench.receive(url).getFirst();
    assertThat(message.body()).isEqualTo("m");
    assertThat(message.messageAttributes().get("unit").stringValue()).isEqualTo("C");
    assertThat(message.messageAttributes().get("bytes").binaryValue().asByteArray())
        .containsExactly(1, 2);
  }

  @Test
  void whatAQueueDoesNotAllowIsADeadLetter() {
    String topic = bench.topic("refused");
    String closed = bench.queue("closed", topicArn("another"));
    String dead = bench.queue("dead", topic);
    bench.subscribe(
        topic,
        "closed",
        Map.of("RedrivePolicy", "{\"deadLetterTargetArn\":\"" + queueArn("dead") + "\"}"));

    sns.publish(r -> r.topicArn(topic).message("m"));

    assertThat(bench.receive(closed)).isEmpty();
    Message letter = bench.receive(dead).getFirst();
    assertThat(json(letter.body()).path("Message").asText()).isEqualTo("m");
    assertThat(letter.messageAttributes().get("ErrorMessage").stringValue())
        .contains("sns.amazonaws.com", "sqs:SendMessage", ":closed");
  }

  @Test
  void topicsSubscriptionsAndTheKeyOutliveTheStack(@TempDir Path data) {
    var options = LocalStackOptions.forTest().withData(data);
    String certificate;
    try (var first = new SnsBench(LocalStack.start(options))) {
      String topic = first.topic("kept");
      String url = first.queue("kept", topic);
      first.subscribe(topic, "kept", Map.of("FilterPolicy", "{\"kind\":[{\"exists\":false}]}"));
      first.sns.publish(r -> r.topicArn(topic).message("1"));
      certificate = json(first.only(url)).path("SigningCertURL").asText();
      first.sqs.purgeQueue(r -> r.queueUrl(url));
    }

    try (var second = new SnsBench(LocalStack.start(options))) {
      second.sns.publish(r -> r.topicArn(topicArn("kept")).message("2"));

      String url = second.sqs.getQueueUrl(r -> r.queueName("kept")).queueUrl();
      JsonNode envelope = json(second.only(url));
      assertThat(envelope.path("Message").asText()).isEqualTo("2");
      assertThat(envelope.path("SigningCertURL").asText())
          .endsWith(URI.create(certificate).getPath());
    }
  }

  @Test
  void aFunctionMustAllowIt() {
    String topic = bench.topic("to-nobody");
    String dead = bench.queue("dead-events", topic);
    String subscription =
        sns.subscribe(r ->
                r.topicArn(topic)
                    .protocol("lambda")
                    .endpoint("arn:aws:lambda:us-east-1:000000000000:function:nobody"))
            .subscriptionArn();
    sns.setSubscriptionAttributes(r ->
        r.subscriptionArn(subscription)
            .attributeName("RedrivePolicy")
            .attributeValue("{\"deadLetterTargetArn\":\"" + queueArn("dead-events") + "\"}"));

    sns.publish(r -> r.topicArn(topic).message("m"));

    assertThat(bench.receive(dead).getFirst().messageAttributes().get("ErrorMessage").stringValue())
        .contains("lambda:InvokeFunction", "function:nobody");
  }

  @Test
  void aSubscriptionGetsWhatItsFilterWants() {
    String topic = bench.topic("filtered");
    String byAttribute = bench.queue("by-attribute", topic);
    String byBody = bench.queue("by-body", topic);
    bench.subscribe(
        topic,
        "by-attribute",
        Map.of("RawMessageDelivery", "true", "FilterPolicy", "{\"kind\":[\"alarm\"]}"));
    bench.subscribe(
        topic,
        "by-body",
        Map.of(
            "RawMessageDelivery", "true",
            "FilterPolicyScope", "MessageBody",
            "FilterPolicy", "{\"t\":[{\"numeric\":[\">\",20]}]}"));

    sns.publish(r ->
        r.topicArn(topic).message("{\"t\":3}").messageAttributes(Map.of("kind", text("alarm"))));
    sns.publish(r ->
        r.topicArn(topic).message("{\"t\":21}").messageAttributes(Map.of("kind", text("note"))));

    assertThat(bench.only(byAttribute)).isEqualTo("{\"t\":3}");
    assertThat(bench.only(byBody)).isEqualTo("{\"t\":21}");
  }

  @Test
  void aMessageMayHaveATextForEachProtocol() {
    String topic = bench.topic("texts");
    String url = bench.queue("texts", topic);
    bench.subscribe(topic, "texts", Map.of("RawMessageDelivery", "true"));

    sns.publish(r ->
        r.topicArn(topic)
            .messageStructure("json")
            .message("{\"default\":\"for all\",\"sqs\":\"for queues\"}"));

    assertThat(bench.only(url)).isEqualTo("for queues");
    assertThatThrownBy(
            () -> sns.publish(r -> r.topicArn(topic).messageStructure("json").message("{}")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("No default entry");
    assertThatThrownBy(
            () -> sns.publish(r -> r.topicArn(topic).messageStructure("json").message("plain")))
        .hasMessageContaining("failed to parse");
  }

  @Test
  void aBatchTellsEachEntrysFate() {
    String topic = bench.topic("batch");
    String url = bench.queue("batch", topic);
    bench.subscribe(topic, "batch", Map.of("RawMessageDelivery", "true"));

    var told =
        sns.publishBatch(
            r -> r.topicArn(topic).publishBatchRequestEntries(entry("a", "1"), entry("b", "")));

    assertThat(told.successful()).singleElement().satisfies(s -> assertThat(s.id()).isEqualTo("a"));
    assertThat(told.failed())
        .singleElement()
        .satisfies(f -> {
          assertThat(f.id()).isEqualTo("b");
          assertThat(f.code()).isEqualTo("InvalidParameter");
          assertThat(f.senderFault()).isTrue();
        });
    assertThat(bench.only(url)).isEqualTo("1");
    var tooMany =
        java.util.stream.IntStream.range(0, 11).mapToObj(i -> entry("e" + i, "m")).toList();
    assertThatThrownBy(
            () -> sns.publishBatch(r -> r.topicArn(topic).publishBatchRequestEntries(tooMany)))
        .isInstanceOf(TooManyEntriesInBatchRequestException.class);
  }

  private static PublishBatchRequestEntry entry(String id, String message) {
    return PublishBatchRequestEntry.builder().id(id).message(message).build();
  }

  @Test
  void aTopicIsDescribedTaggedAndDeleted() {
    String topic = bench.topic("described");
    bench.queue("described", topic);
    String subscription = bench.subscribe(topic, "described", Map.of());

    assertThat(sns.getTopicAttributes(r -> r.topicArn(topic)).attributes())
        .containsEntry("TopicArn", topic)
        .containsEntry("Owner", "000000000000")
        .containsEntry("SubscriptionsConfirmed", "1")
        .hasEntrySatisfying("Policy", p -> assertThat(p).contains("__default_policy_ID"));
    assertThat(sns.listSubscriptionsByTopic(r -> r.topicArn(topic)).subscriptions())
        .singleElement()
        .satisfies(s -> assertThat(s.subscriptionArn()).isEqualTo(subscription));
    assertThat(bench.subscribe(topic, "described", Map.of())).isEqualTo(subscription);
    assertThat(sns.getSubscriptionAttributes(r -> r.subscriptionArn(subscription)).attributes())
        .containsEntry("PendingConfirmation", "false")
        .containsEntry("RawMessageDelivery", "false")
        .containsEntry("Protocol", "sqs");
    sns.tagResource(
        r -> r.resourceArn(topic).tags(Tag.builder().key("stage").value("dev").build()));
    assertThat(sns.listTagsForResource(r -> r.resourceArn(topic)).tags())
        .singleElement()
        .satisfies(t -> assertThat(t.value()).isEqualTo("dev"));
    sns.untagResource(r -> r.resourceArn(topic).tagKeys("stage"));
    assertThat(sns.listTagsForResource(r -> r.resourceArn(topic)).tags()).isEmpty();

    sns.unsubscribe(r -> r.subscriptionArn(subscription));
    assertThat(sns.getTopicAttributes(r -> r.topicArn(topic)).attributes())
        .containsEntry("SubscriptionsConfirmed", "0")
        .containsEntry("SubscriptionsDeleted", "1");
    sns.deleteTopic(r -> r.topicArn(topic));
    sns.deleteTopic(r -> r.topicArn(topic));
    assertThatThrownBy(() -> sns.publish(r -> r.topicArn(topic).message("m")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("Topic does not exist");
    assertThatThrownBy(() -> sns.listTagsForResource(r -> r.resourceArn(topic)))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void listsComeInPages() {
    for (int i = 0; i < 101; i++) {
      bench.topic("paged-%03d".formatted(i));
    }

    assertThat(sns.listTopics().nextToken()).isNotNull();
    assertThat(sns.listTopicsPaginator().topics())
        .extracting(t -> t.topicArn())
        .contains(topicArn("paged-000"), topicArn("paged-100"))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application", "firehose"})
  void aProtocolThatIsNotHereIsRefusedByName(String protocol) {
    String topic = bench.topic("protocols");

    assertThatThrownBy(() -> sns.subscribe(r -> r.topicArn(topic).protocol(protocol).endpoint("x")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("The protocol " + protocol + " is not supported by this local stack");
  }

  @Test
  void anEmailSubscriptionWaitsForAnAnswerThatNobodyCanGive() {
    String topic = bench.topic("mail");

    var told = sns.subscribe(r -> r.topicArn(topic).protocol("email").endpoint("ops@example.com"));
    sns.publish(r -> r.topicArn(topic).message("nobody reads this"));

    assertThat(told.subscriptionArn()).isEqualTo("pending confirmation");
    assertThat(sns.listSubscriptionsByTopic(r -> r.topicArn(topic)).subscriptions())
        .singleElement()
        .satisfies(s -> {
          assertThat(s.subscriptionArn()).isEqualTo("PendingConfirmation");
          assertThat(s.endpoint()).isEqualTo("ops@example.com");
        });
    assertThatThrownBy(
            () -> sns.subscribe(r -> r.topicArn(topic).protocol("email").endpoint("nowhere")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Email address");
  }

  @Test
  void anSmsSubscriptionIsTakenAndSaidToBeSentNowhere() {
    String topic = bench.topic("text");

    var told = sns.subscribe(r -> r.topicArn(topic).protocol("sms").endpoint("+4915112345678"));
    sns.publish(r -> r.topicArn(topic).message("nobody reads this"));

    assertThat(told.subscriptionArn()).startsWith(topic);
    assertThat(sns.listSubscriptionsByTopic(r -> r.topicArn(topic)).subscriptions())
        .singleElement()
        .satisfies(s -> assertThat(s.endpoint()).isEqualTo("+4915112345678"));
    assertThatThrownBy(() -> sns.subscribe(r -> r.topicArn(topic).protocol("sms").endpoint("0151")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("0151");
  }

  @Test
  void whatIsWrongIsRefusedInSnssWords() {
    String topic = bench.topic("strict");

    assertThatThrownBy(() -> bench.topic("orders.fifo")).hasMessageContaining("FIFO");
    assertThatThrownBy(
            () -> sns.createTopic(r -> r.name("o").attributes(Map.of("FifoTopic", "true"))))
        .hasMessageContaining("FIFO");
    assertThatThrownBy(() -> bench.topic("no spaces")).hasMessageContaining("Topic Name");
    assertThatThrownBy(
            () -> sns.createTopic(r -> r.name("strict").attributes(Map.of("DisplayName", "other"))))
        .hasMessageContaining("already exists with different attributes");
    assertThatThrownBy(() ->
            sns.setTopicAttributes(
                r -> r.topicArn(topic).attributeName("KmsMasterKeyId").attributeValue("k")))
        .hasMessageContaining("KmsMasterKeyId is not supported");
    assertThatThrownBy(() -> sns.publish(r -> r.topicArn("nowhere").message("m")))
        .hasMessageContaining("An ARN must have at least 6 elements, not 1");
    assertThatThrownBy(() -> sns.publish(r -> r.topicArn(topic).message("x".repeat(262_145))))
        .hasMessageContaining("Message too long");
    assertThatThrownBy(() -> sns.publish(r -> r.topicArn(topic).message("m").subject("two\nlines")))
        .hasMessageContaining("Subject");
    assertThatThrownBy(() ->
            sns.publish(r ->
                r.topicArn(topic)
                    .message("m")
                    .messageAttributes(
                        Map.of(
                            "n",
                            MessageAttributeValue.builder()
                                .dataType("Number")
                                .stringValue("warm")
                                .build()))))
        .isInstanceOf(InvalidParameterValueException.class);
    assertThatThrownBy(() -> sns.publish(r -> r.phoneNumber("+4912345").message("m")))
        .hasMessageContaining("not supported");
    assertThatThrownBy(
            () -> bench.subscribe(topic, "q", Map.of("FilterPolicy", "{\"a\":\"text\"}")))
        .hasMessageContaining(
            "Attributes Reason: FilterPolicy: \"a\" must be an object or an array");
    assertThatThrownBy(
            () -> sns.subscribe(r -> r.topicArn(topic).protocol("http").endpoint("https://h/")))
        .hasMessageContaining("Endpoint must match the specified protocol");
    assertThatThrownBy(() -> sns.getSubscriptionAttributes(r -> r.subscriptionArn(topic + ":none")))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void aRolePublishesWhereItsPolicyOrTheTopicsAllowsIt() {
    String own = bench.topic("by-own-policy");
    String open = bench.topic("by-topic-policy");
    String shut = bench.topic("shut");
    try (var role = client(role("sns:Publish", own))) {
      role.publish(r -> r.topicArn(own).message("m"));
      assertThatThrownBy(() -> role.publish(r -> r.topicArn(shut).message("m")))
          .isInstanceOf(AuthorizationErrorException.class)
          .hasMessageContaining("is not authorized to perform: sns:Publish on resource: " + shut);
      sns.setTopicAttributes(r ->
          r.topicArn(open)
              .attributeName("Policy")
              .attributeValue(
                  """
                  {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:Publish",
                  "Principal":{"AWS":"arn:aws:iam::000000000000:role/publisher"},"Resource":"%s"}]}\
                  """
                      .formatted(open)));

      assertThat(role.publish(r -> r.topicArn(open).message("m")).messageId()).isNotEmpty();
    }
  }

  private static SnsClient client(Credentials c) {
    return bench.client(
        SnsClient.builder(),
        AwsSessionCredentials.create(c.accessKeyId(), c.secretAccessKey(), c.sessionToken()));
  }

  private static Credentials role(String action, String resource) {
    try (var iam = bench.client(IamClient.builder(), SnsBench.OWNER);
        var sts = bench.client(StsClient.builder(), SnsBench.OWNER)) {
      iam.createRole(r ->
          r.roleName("publisher")
              .assumeRolePolicyDocument(
                  """
                  {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                  "Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}]}\
                  """));
      iam.putRolePolicy(r ->
          r.roleName("publisher")
              .policyName("own")
              .policyDocument(
                  """
                  {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                  "Action":"%s","Resource":"%s"}]}\
                  """
                      .formatted(action, resource)));
      return sts.assumeRole(
              r -> r.roleArn("arn:aws:iam::000000000000:role/publisher").roleSessionName("session"))
          .credentials();
    }
  }
}
