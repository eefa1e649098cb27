// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// A stack whose rule sends what is published to `way/+` into a queue, whose function forwards it
/// to another; and what its inspector answers.
final class WaysBench implements AutoCloseable {
  static final String ACCOUNT = "000000000000";
  static final String ANYBODY =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Anybody\",\"Effect\":\"Allow\","
          + "\"Principal\":\"*\",\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}";
  private static final long LONGEST_SECONDS = 60;

  final IotBench iot;
  final SqsClient sqs;
  final LambdaClient lambda;
  final String ruleRole;
  private final HttpClient http = HttpClient.newHttpClient();

  WaysBench() {
    this(new IotBench());
  }

  WaysBench(IotBench iot) {
    this.iot = iot;
    sqs = iot.client(SqsClient.builder());
    lambda = iot.client(LambdaClient.builder());
    ruleRole =
        iot.role("rules", "iot.amazonaws.com", IotBench.allow("sqs:SendMessage", "iot:Publish"));
  }

  static String queueArn(String name) {
    return "arn:aws:sqs:us-east-1:" + ACCOUNT + ":" + name;
  }

  /// The queues, the function between them, and the rule into the first.
  void forwarding() {
    String in =
        sqs.createQueue(q ->
                q.queueName("in").attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "20")))
            .queueUrl();
    sqs.createQueue(q -> q.queueName("out").attributes(Map.of(QueueAttributeName.POLICY, ANYBODY)));
    String role = iot.role("forward", "lambda.amazonaws.com", IotBench.allow("logs:*", "sqs:*"));
    lambda.createFunction(f ->
        f.functionName("forward")
            .runtime(Runtime.JAVA25)
            .role(role)
            .handler(ForwardingFunction.class.getName())
            .timeout(10)
            .code(c -> c.zipFile(SdkBytes.fromByteArray(zip()))));
    rule("forwarding", "SELECT *, topic(2) AS device FROM 'way/+'", toQueue(in));
  }

  /// @param enabled takes messages at once
  String mapping(int batchSize, boolean enabled) {
    return lambda
        .createEventSourceMapping(m ->
            m.functionName("forward")
                .eventSourceArn(queueArn("in"))
                .batchSize(batchSize)
                .enabled(enabled)
                .functionResponseTypesWithStrings("ReportBatchItemFailures"))
        .uuid();
  }

  Action toQueue(String url) {
    return Action.builder().sqs(s -> s.queueUrl(url).useBase64(false).roleArn(ruleRole)).build();
  }

  void rule(String name, String sql, Action... actions) {
    iot.iot.createTopicRule(r ->
        r.ruleName(name)
            .topicRulePayload(
                p -> p.sql(sql).awsIotSqlVersion("2016-03-23").actions(List.of(actions))));
  }

  MqttSocket device(String thing, String... actions) throws Exception {
    return iot.connect(iot.identityOf(thing, IotBench.allow(actions)), thing);
  }

  private static byte[] zip() {
    String entry = ForwardingFunction.class.getName().replace('.', '/') + ".class";
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes);
        InputStream code = WaysBench.class.getClassLoader().getResourceAsStream(entry)) {
      zip.putNextEntry(new ZipEntry(entry));
      code.transferTo(zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  // --- The inspector

  record Answer(int status, JsonNode body) {}

  Answer get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  Answer post(String path, String json) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  Answer delete(String path) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .DELETE()
            .build());
  }

  URI uri(String path) {
    return iot.stack.endpoint().resolve(path);
  }

  Answer send(HttpRequest request) {
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), IotBench.JSON.readTree(answer.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The ways that are there with that name, the oldest first.
  List<JsonNode> named(String name) {
    var found = new ArrayList<JsonNode>();
    for (JsonNode way : get("/_local/ways?limit=1000").body().path("ways")) {
      if (way.path("name").asText().equals(name)) {
        found.addFirst(way);
      }
    }
    return found;
  }

  /// The newest way of that name, as soon as it is as wanted.
  JsonNode way(String name, Predicate<JsonNode> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    JsonNode seen = IotBench.JSON.nullNode();
    while (System.nanoTime() < deadline) {
      List<JsonNode> all = named(name);
      if (!all.isEmpty()) {
        seen = get("/_local/ways/" + all.getLast().path("id").asText()).body();
        if (wanted.test(seen)) {
          return seen;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    throw new AssertionError(
        "not as wanted within " + LONGEST_SECONDS + " s: " + seen.toPrettyString());
  }

  static List<JsonNode> steps(JsonNode way, String kind) {
    var found = new ArrayList<JsonNode>();
    for (JsonNode step : way.path("steps")) {
      if (step.path("kind").asText().equals(kind)) {
        found.add(step);
      }
    }
    return found;
  }

  /// The steps of a kind in lines: name, and what came of them.
  static List<String> lines(JsonNode way) {
    var lines = new ArrayList<String>();
    for (JsonNode step : way.path("steps")) {
      lines.add(
          "%d<%s %s %s %s %s"
              .formatted(
                  step.path("number").asInt(),
                  step.path("parent").asText("-"),
                  step.path("lane").asText(),
                  step.path("kind").asText(),
                  step.path("name").asText(),
                  step.path("outcome").asText()));
    }
    return lines;
  }

  @Override
  public void close() {
    http.close();
    sqs.close();
    lambda.close();
    iot.close();
  }
}
