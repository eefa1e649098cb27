// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static io.fieldline.localstack.lambda.LambdaBench.eventually;
import static io.fieldline.localstack.lambda.LambdaBench.queueArn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.LocalStackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Events that nobody waits for: asynchronous ones, with their retries, and those of a queue.
class LambdaEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static LambdaBench bench;

  @TempDir private Path folder;

  @BeforeAll
  static void deploy() {
    bench = new LambdaBench("sqs:*");
    bench.queue("given-up", Map.of());
    bench.queue("failed", Map.of());
    bench.deploy("noting", f -> f.deadLetterConfig(d -> d.targetArn(queueArn("given-up"))));
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  private static String url(String queue) {
    return bench.stack.endpoint() + "/000000000000/" + queue;
  }

  private static List<Message> receive(String queue) {
    return bench
        .sqs
        .receiveMessage(
            r -> r.queueUrl(url(queue)).maxNumberOfMessages(10).messageAttributeNames("All"))
        .messages();
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(String function, String event) {
    var response =
        bench.lambda.invoke(r ->
            r.functionName(function)
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String(event)));
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.payload().asByteArray()).isEmpty();
  }

  @Test
  void anEventIsTakenAtOnceAndRunOnce() {
    Path file = folder.resolve("notes");

    send("noting", "{\"do\":\"note\",\"file\":\"%s\"}".formatted(file));

    eventually(() -> text(file), "x"::equals);
  }

  @Test
  void anEventThatFailsIsTriedTwiceMoreThenGivenUpWithItsReason() {
    Path file = folder.resolve("notes");
    String event = "{\"do\":\"note\",\"file\":\"%s\",\"then\":\"fail\"}".formatted(file);

    send("noting", event);

    eventually(() -> text(file), "x"::equals);
    String tries =
        eventually(
            () -> {
              bench.stack.clock().advance(Duration.ofSeconds(30));
              return text(file);
            },
            "xxx"::equals);
    Message letter = eventually(() -> receive("given-up"), m -> !m.isEmpty()).getFirst();
    assertThat(letter.body()).isEqualTo(event);
    assertThat(letter.messageAttributes().get("ErrorMessage").stringValue())
        .contains("noted, and failed");
    assertThat(letter.messageAttributes().get("RequestID").stringValue()).matches("[0-9a-f-]{36}");
    assertThat(tries).as("tries in the end").isEqualTo(text(file));
  }

  @Test
  void anEventGivenUpGoesToItsDestinationWithWhatCameOfIt() throws Exception {
    bench.deploy("hopeless", f -> {});
    bench.lambda.putFunctionEventInvokeConfig(r ->
        r.functionName("hopeless")
            .maximumRetryAttempts(0)
            .destinationConfig(d -> d.onFailure(f -> f.destination(queueArn("failed")))));

    send("hopeless", "{\"do\":\"fail\"}");

    Message message = eventually(() -> receive("failed"), m -> !m.isEmpty()).getFirst();
    JsonNode record = JSON.readTree(message.body());
    assertThat(record.path("requestContext").path("condition").asText())
        .isEqualTo("RetriesExhausted");
    assertThat(record.path("requestContext").path("approximateInvokeCount").asInt()).isEqualTo(1);
    assertThat(record.path("requestPayload").path("do").asText()).isEqualTo("fail");
    assertThat(record.path("responseContext").path("functionError").asText())
        .isEqualTo("Unhandled");
    assertThat(record.path("responsePayload").path("errorType").asText())
        .isEqualTo("java.lang.IllegalStateException");
  }

  private void map(String queue, String function, boolean partial) {
    bench.deploy(
        function,
        f -> f.environment(e -> e.variables(Map.of("SEEN", folder.resolve(function).toString()))));
    bench.lambda.createEventSourceMapping(r ->
        r.eventSourceArn(queueArn(queue))
            .functionName(function)
            .batchSize(10)
            .functionResponseTypes(
                partial ? List.of(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES) : List.of()));
  }

  /// Each invocation waits for another one.
  @Test
  void aStackWithSeveralPollersHandsBatchesOverSideBySide() {
    var stack = LocalStack.start(LocalStackOptions.forTest().withPollers(3));
    try (var several = new LambdaBench(stack)) {
      several.createRole("sqs:*");
      several.queue("met", Map.of());
      several.deploy(
          "meeting", f -> f.environment(e -> e.variables(Map.of("MEETING", folder.toString()))));
      several.lambda.createEventSourceMapping(
          r -> r.eventSourceArn(queueArn("met")).functionName("meeting").batchSize(1));
      String url = stack.endpoint() + "/000000000000/met";
      several.sqs.sendMessage(m -> m.queueUrl(url).messageBody("one"));
      several.sqs.sendMessage(m -> m.queueUrl(url).messageBody("other"));

      eventually(
          () ->
              several
                  .sqs
                  .getQueueAttributes(q ->
                      q.queueUrl(url)
                          .attributeNames(
                              QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                              QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                  .attributesAsStrings()
                  .values(),
          left -> left.stream().allMatch("0"::equals));
    }
    assertThat(folder).isDirectoryContaining(file -> file.getFileName().toString().matches("\\d+"));
  }

  private static void fill(String queue, String... bodies) {
    bench.sqs.sendMessageBatch(r -> {
      var entries =
          new ArrayList<software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry>();
      for (int i = 0; i < bodies.length; i++) {
        String id = "m" + i;
        String body = bodies[i];
        entries.add(
            software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry.builder()
                .id(id)
                .messageBody(body)
                .build());
      }
      r.queueUrl(url(queue)).entries(entries);
    });
  }

  private static int left(String queue) {
    var counts =
        bench
            .sqs
            .getQueueAttributes(r -> r.queueUrl(url(queue)).attributeNames(QueueAttributeName.ALL))
            .attributes();
    return Integer.parseInt(counts.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
        + Integer.parseInt(
            counts.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
  }

  private List<String> seen(String function) {
    return text(folder.resolve(function)).lines().toList();
  }

  @Test
  void aQueuesMessagesComeAsABatchAndAreDeleted() {
    bench.queue("full", Map.of());
    fill("full", "a", "b", "c");

    map("full", "reader", false);

    eventually(() -> left("full"), n -> n == 0);
    assertThat(seen("reader")).containsExactlyInAnyOrder("a", "b", "c");
    long events =
        eventually(() -> bench.logLines("reader"), l -> l.toString().contains("REPORT")).stream()
            .filter(line -> line.startsWith("START"))
            .count();
    assertThat(events).as("batches").isEqualTo(1);
  }

  @Test
  void onlyWhatTheFunctionCallsFailedComesAgainAndAtLastIsADeadLetter() {
    bench.queue("dead", Map.of());
    bench.queue(
        "mixed",
        Map.of(
            QueueAttributeName.REDRIVE_POLICY,
            "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":2}".formatted(queueArn("dead"))));
    fill("mixed", "good", "bad", "fine");

    map("mixed", "sorter", true);

    eventually(() -> left("mixed"), n -> n == 1);
    eventually(
        () -> {
          bench.stack.clock().advance(Duration.ofSeconds(31));
          return left("dead");
        },
        n -> n == 1);
    assertThat(receive("dead").getFirst().body()).isEqualTo("bad");
    assertThat(seen("sorter")).containsExactlyInAnyOrder("good", "bad", "fine", "bad");
  }

  @Test
  void aFunctionThatFailsLeavesTheWholeBatch() {
    bench.queue("spoilt", Map.of());
    fill("spoilt", "poison");

    map("spoilt", "eater", false);

    eventually(() -> seen("eater"), s -> !s.isEmpty());
    eventually(
        () -> {
          bench.stack.clock().advance(Duration.ofSeconds(31));
          return seen("eater");
        },
        s -> s.size() > 1);
    assertThat(left("spoilt")).isEqualTo(1);
  }

  @Test
  void aMappingThatCannotWorkIsRefused() {
    bench.queue("impatient", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "5"));

    assertThatThrownBy(() ->
            bench.lambda.createEventSourceMapping(
                r -> r.eventSourceArn(queueArn("impatient")).functionName("noting")))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining(
            "Queue visibility timeout: 5 seconds is less than Function timeout: 20 seconds");
    assertThatThrownBy(() ->
            bench.lambda.createEventSourceMapping(
                r -> r.eventSourceArn(queueArn("no-such-queue")).functionName("noting")))
        .hasMessageContaining("The specified queue does not exist");
    assertThatThrownBy(() ->
            bench.lambda.createEventSourceMapping(r ->
                r.eventSourceArn("arn:aws:kafka:us-east-1:000000000000:cluster/c")
                    .functionName("noting")))
        .hasMessageContaining("Only SQS queues and Kinesis streams are event sources");
    assertThatThrownBy(() ->
            bench.lambda.createEventSourceMapping(r ->
                r.eventSourceArn(queueArn("impatient"))
                    .functionName("noting")
                    .maximumRetryAttempts(2)))
        .hasMessageContaining("MaximumRetryAttempts");
    bench.queue("bounded", Map.of());
    assertThatThrownBy(() ->
            bench.lambda.createEventSourceMapping(r ->
                r.eventSourceArn(queueArn("bounded"))
                    .functionName("noting")
                    .scalingConfig(s -> s.maximumConcurrency(1))))
        .hasMessageContaining("maximumConcurrency");
    String bounded =
        bench
            .lambda
            .createEventSourceMapping(r ->
                r.eventSourceArn(queueArn("bounded"))
                    .functionName("noting")
                    .enabled(false)
                    .scalingConfig(s -> s.maximumConcurrency(4)))
            .uuid();
    assertThat(
            bench
                .lambda
                .getEventSourceMapping(get -> get.uuid(bounded))
                .scalingConfig()
                .maximumConcurrency())
        .isEqualTo(4);
  }
}
