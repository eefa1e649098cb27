// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.TracingMode;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.xray.XRayClient;
import software.amazon.awssdk.services.xray.model.Segment;
import software.amazon.awssdk.services.xray.model.TraceSummary;

/// Functions whose tracing is active, and what X-Ray shows of them.
class TracingTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static LambdaBench bench;
  private static XRayClient xray;

  @BeforeAll
  static void deploy() {
    bench = new LambdaBench("xray:PutTraceSegments", "sqs:*");
    xray = bench.client(XRayClient.builder(), LambdaBench.OWNER);
    bench.deploy("traced", f -> f.tracingConfig(t -> t.mode(TracingMode.ACTIVE)));
    bench.deploy("untraced", f -> {});
  }

  @AfterAll
  static void close() {
    xray.close();
    bench.close();
  }

  private static List<TraceSummary> traces() {
    var now = bench.stack.clock().instant();
    return xray.getTraceSummaries(
            r -> r.startTime(now.minusSeconds(600)).endTime(now.plusSeconds(60)))
        .traceSummaries();
  }

  @Test
  void anInvocationIsATraceWithWhatTheFunctionTellsOfItsCalls() throws IOException {
    // One that nobody else invokes: the first in a second is sampled.
    bench.deploy("alone", f -> f.tracingConfig(t -> t.mode(TracingMode.ACTIVE)));

    String header = bench.answer("alone", "{\"do\":\"trace\",\"name\":\"DynamoDB\"}");

    assertThat(header).matches("\"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1\"");
    String id = header.replaceFirst(".*Root=([^;]*).*", "$1").replace("\"", "");
    List<Segment> segments =
        LambdaBench.eventually(
            () ->
                xray.batchGetTraces(r -> r.traceIds(id)).traces().stream()
                    .flatMap(t -> t.segments().stream())
                    .toList(),
            all -> all.toString().contains("DynamoDB") && all.size() == 2);
    JsonNode service = JSON.readTree(segments.getFirst().document());
    JsonNode function = JSON.readTree(segments.getLast().document());
    if (service.has("parent_id")) {
      var swapped = service;
      service = function;
      function = swapped;
    }
    assertThat(service.path("origin").asText()).isEqualTo("AWS::Lambda");
    assertThat(function.path("origin").asText()).isEqualTo("AWS::Lambda::Function");
    assertThat(function.path("parent_id").asText()).isEqualTo(service.path("id").asText());
    assertThat(header).contains("Parent=" + function.path("id").asText());
    assertThat(function.at("/subsegments/0/name").asText()).isEqualTo("DynamoDB");
    assertThat(traces())
        .filteredOn(t -> t.id().equals(id))
        .singleElement()
        .satisfies(t -> assertThat(t.hasFault()).isFalse())
        .satisfies(t -> assertThat(t.duration()).isGreaterThan(0));
  }

  @Test
  void aFailureIsAFaultAndWhatIsNotActiveHasNoTrace() {
    bench.invoke("untraced", "{\"do\":\"fail\"}");
    int invocations = 0;
    do {
      bench.invoke("traced", "{\"do\":\"fail\"}");
      invocations++;
      // Of one function at least the first in a second is sampled.
    } while (traces().stream().noneMatch(TraceSummary::hasFault) && invocations < 400);

    assertThat(traces().stream().filter(TraceSummary::hasFault))
        .isNotEmpty()
        .allSatisfy(t ->
            assertThat(t.serviceIds()).allSatisfy(s -> assertThat(s.name()).isEqualTo("traced")));
    assertThat(bench.answer("untraced", "{\"do\":\"trace\",\"name\":\"S3\"}"))
        .contains("Root=1-")
        .contains("Sampled=0");
  }

  /// A queue's message does not end its trace: that of the function names it.
  @Test
  void theTraceOfAQueuesMessageIsLinked() {
    String url = bench.queue("linked", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "60"));
    bench.deploy("linked", f -> f.tracingConfig(t -> t.mode(TracingMode.ACTIVE)));
    bench.lambda.createEventSourceMapping(
        m -> m.functionName("linked").eventSourceArn(LambdaBench.queueArn("linked")));
    String sender = "1-0000000a-0000000000000000000000aa";
    var header =
        MessageSystemAttributeValue.builder()
            .dataType("String")
            .stringValue("Root=" + sender + ";Parent=00000000000000bb;Sampled=1")
            .build();

    bench.sqs.sendMessage(m ->
        m.queueUrl(url)
            .messageBody("{\"do\":\"nothing\"}")
            .messageSystemAttributes(
                Map.of(MessageSystemAttributeNameForSends.AWS_TRACE_HEADER, header)));

    String found = LambdaBench.eventually(() -> segments("linked"), all -> all.contains("links"));
    assertThat(found)
        .contains("\"links\":[{\"trace_id\":\"" + sender + "\",\"id\":\"00000000000000bb\"}]");
  }

  private static String segments(String function) {
    return traces().stream()
        .flatMap(t -> xray.batchGetTraces(r -> r.traceIds(t.id())).traces().stream())
        .flatMap(t -> t.segments().stream())
        .map(Segment::document)
        .filter(d -> d.contains("\"name\":\"" + function + "\""))
        .toList()
        .toString();
  }

  @Test
  void aCallersTraceGoesOn() {
    bench.deploy("continued", f -> f.tracingConfig(t -> t.mode(TracingMode.ACTIVE)));
    String root =
        "1-%08x-0000000000000000000000cc".formatted(bench.stack.clock().instant().getEpochSecond());

    var answer =
        bench.lambda.invoke(i ->
            i.functionName("continued")
                .overrideConfiguration(o ->
                    o.putHeader(
                        "X-Amzn-Trace-Id", "Root=" + root + ";Parent=00000000000000dd;Sampled=1"))
                .payload(SdkBytes.fromUtf8String("{\"do\":\"trace\",\"name\":\"SQS\"}")));

    assertThat(answer.payload().asUtf8String())
        .startsWith("\"Root=" + root + ";")
        .contains("Sampled=1");
    assertThat(LambdaBench.eventually(() -> segments("continued"), all -> all.contains(root)))
        .contains("AWS::Lambda::Function");
  }

  @Test
  void aRoleThatMayNotPutTracesIsRefused() {
    try (var iam = bench.client(IamClient.builder(), LambdaBench.OWNER)) {
      iam.createRole(r ->
          r.roleName("mute")
              .assumeRolePolicyDocument(
                  """
                  {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                  "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}\
                  """));
    }

    assertThatThrownBy(() ->
            bench.deploy(
                "mute",
                f ->
                    f.role("arn:aws:iam::000000000000:role/mute")
                        .tracingConfig(t -> t.mode(TracingMode.ACTIVE))))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining("PutTraceSegments on XRAY");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name":"a"                                                        | ParseError
          {"name":"a","id":"00000000000000aa","start_time":1,"end_time":2}   | MissingId
          {"name":"a","id":"x","trace_id":"1-00000000-000000000000000000000000","start_time":1,"end_time":2} | InvalidId
          {"id":"00000000000000aa","trace_id":"1-00000000-000000000000000000000000","start_time":1,"end_time":2} | MissingName
          {"name":"a","id":"00000000000000aa","trace_id":"1-00000000-000000000000000000000000","start_time":1} | MissingEndTime
          """)
  void aSegmentThatIsNoneIsSaidToBeNone(String document, String code) {
    assertThat(
            xray.putTraceSegments(r -> r.traceSegmentDocuments(document))
                .unprocessedTraceSegments())
        .singleElement()
        .satisfies(s -> assertThat(s.errorCode()).isEqualTo(code));
  }

  @Test
  void aTraceDoesNotGrowWithoutEnd() {
    String trace = "1-00000000-0000000000000000000000ff";
    String name = "x".repeat(60_000);
    var refused = new ArrayList<String>();
    for (int i = 0; i < 10; i++) {
      String document =
          """
          {"name":"%s","id":"%016x","trace_id":"%s","start_time":1,"end_time":2}\
          """
              .formatted(name, i, trace);
      xray.putTraceSegments(r -> r.traceSegmentDocuments(document))
          .unprocessedTraceSegments()
          .forEach(s -> refused.add(s.errorCode()));
    }

    assertThat(refused).containsExactly("TraceTooLarge", "TraceTooLarge");
    assertThat(xray.batchGetTraces(r -> r.traceIds(trace)).traces().getFirst().segments())
        .hasSize(8);
  }
}
