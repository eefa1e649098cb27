// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Invokes a function as Lambda does.
public final class Invocation implements Context {
  private Invocation() {}

  /// The text that a function answers to an event.
  public static String of(RequestStreamHandler function, Object event) throws IOException {
    var out = new ByteArrayOutputStream();
    function.handleRequest(
        new ByteArrayInputStream(JsonObject.write(event)), out, new Invocation());
    return out.toString(StandardCharsets.UTF_8);
  }

  /// A message of a queue as Lambda gives it to a function.
  ///
  /// Source: AWS Lambda Developer Guide, example Amazon SQS message event.
  public static Map<String, Object> sqsRecord(String messageId, long sentMs, String body) {
    return Map.of(
        "messageId",
        messageId,
        "attributes",
        Map.of("SentTimestamp", String.valueOf(sentMs)),
        "body",
        body);
  }

  /// A record of a stream as Lambda gives it to a function.
  ///
  /// Source: AWS Lambda Developer Guide, example Kinesis Data Streams event.
  public static Map<String, Object> streamRecord(String sequenceNumber, long sentMs, String body) {
    return Map.of(
        "kinesis",
        Map.of(
            "sequenceNumber",
            sequenceNumber,
            "approximateArrivalTimestamp",
            BigDecimal.valueOf(sentMs, 3),
            "data",
            Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8))));
  }

  /// An answer of the HTTP API.
  ///
  /// @param status the HTTP status
  /// @param headers by their names
  /// @param body the members of the body
  public record Answer(int status, JsonObject headers, JsonObject body) {}

  /// An answer of the HTTP API that is no JSON object.
  ///
  /// @param headers by their names
  public record Text(JsonObject headers, String body) {}

  /// Calls a route of the HTTP API as a person of these groups, at the time 1764042000000. Whatever
  /// the answer is, it is as the API's document says.
  public static Answer api(
      RequestStreamHandler function,
      String routeKey,
      Map<String, String> path,
      Map<String, String> query,
      String groups,
      @Nullable String body)
      throws IOException {
    return api(function, routeKey, path, query, groups, body, Map.of());
  }

  /// As above, with headers, named in lower case.
  public static Answer api(
      RequestStreamHandler function,
      String routeKey,
      Map<String, String> path,
      Map<String, String> query,
      String groups,
      @Nullable String body,
      Map<String, String> headers)
      throws IOException {
    var answer = checked(function, event(routeKey, path, query, groups, body, headers));
    return new Answer(
        Math.toIntExact(answer.whole("statusCode")),
        answer.object("headers"),
        JsonObject.parse(answer.text("body")));
  }

  /// Gets a text by a route of the HTTP API as a viewer.
  public static Text text(
      RequestStreamHandler function,
      String routeKey,
      Map<String, String> path,
      Map<String, String> query)
      throws IOException {
    var answer = checked(function, event(routeKey, path, query, "[viewer]", null, Map.of()));
    assertThat(answer.whole("statusCode")).as(answer.text("body")).isEqualTo(200);
    return new Text(answer.object("headers"), answer.text("body"));
  }

  private static JsonObject checked(RequestStreamHandler function, Map<String, Object> event)
      throws IOException {
    var answer = JsonObject.parse(of(function, event));
    ApiDocument.check(
        String.valueOf(event.get("routeKey")),
        Math.toIntExact(answer.whole("statusCode")),
        answer.object("headers").text("content-type"),
        answer.text("body"));
    return answer;
  }

  private static Map<String, Object> event(
      String routeKey,
      Map<String, String> path,
      Map<String, String> query,
      String groups,
      @Nullable String body,
      Map<String, String> headers) {
    var event = new HashMap<String, Object>();
    event.put("version", "2.0");
    event.put("routeKey", routeKey);
    event.put("pathParameters", path);
    event.put("queryStringParameters", query);
    event.put("headers", headers);
    event.put(
        "requestContext",
        Map.of(
            "timeEpoch",
            1_764_042_000_000L,
            "authorizer",
            Map.of(
                "jwt",
                Map.of(
                    "claims", Map.of("sub", "u-1", "username", "ada", "cognito:groups", groups)))));
    if (body != null) {
      event.put("body", body);
      event.put("isBase64Encoded", false);
    }
    return event;
  }

  @Override
  public String getAwsRequestId() {
    return "request-1";
  }

  @Override
  public String getLogGroupName() {
    return "group";
  }

  @Override
  public String getLogStreamName() {
    return "stream";
  }

  @Override
  public String getFunctionName() {
    return "function";
  }

  @Override
  public String getFunctionVersion() {
    return "1";
  }

  @Override
  public String getInvokedFunctionArn() {
    return "arn:aws:lambda:us-east-1:000000000000:function:fieldline-dev-function:live";
  }

  @Override
  public @Nullable CognitoIdentity getIdentity() {
    return null;
  }

  @Override
  public @Nullable ClientContext getClientContext() {
    return null;
  }

  @Override
  public int getRemainingTimeInMillis() {
    return 10_000;
  }

  @Override
  public int getMemoryLimitInMB() {
    return 512;
  }

  @Override
  public @Nullable LambdaLogger getLogger() {
    return null;
  }
}
