// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.lambda.Invocation.Outcome;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Ways;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/// Runs functions: at once, or later and again.
final class Invocations {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String NAMESPACE = "AWS/Lambda";
  private static final byte[] NO_PAYLOAD = {'{', '}'};
  private static final int MAX_SYNC_BYTES = 6 * 1024 * 1024;
  private static final int MAX_ASYNC_BYTES = 1024 * 1024;

  private final FunctionRecords records;
  private final Permissions permissions;
  private final EnvironmentPool environments;
  private final AsyncInvocations async;
  private final Tracing tracing;
  private final MetricSink metrics;
  private final Ways ways;

  Invocations(
      FunctionRecords records,
      Permissions permissions,
      EnvironmentPool environments,
      AsyncInvocations async,
      Tracing tracing,
      MetricSink metrics,
      Ways ways) {
    this.ways = ways;
    this.records = records;
    this.permissions = permissions;
    this.environments = environments;
    this.async = async;
    this.tracing = tracing;
    this.metrics = metrics;
  }

  void register(Api api) {
    api.on(InvokeRequest.class, this::invoke)
        .resource("lambda:InvokeFunction", r -> records.arn(name(r)))
        .resourcePolicy(r -> permissions.policy(name(r)));
  }

  private static FunctionName name(InvokeRequest request) {
    return FunctionName.of(request.functionName(), request.qualifier());
  }

  private InvokeResponse invoke(InvokeRequest request) {
    FunctionVersion function = records.route(name(request));
    byte[] payload = payload(request);
    InvocationType type =
        request.invocationType() == null
            ? InvocationType.REQUEST_RESPONSE
            : request.invocationType();
    checkSize(payload, type);
    checkJson(payload);
    return switch (type) {
      case REQUEST_RESPONSE -> atOnce(function, request, payload);
      case EVENT -> {
        async.accept(function, records.arn(name(request)), payload);
        yield InvokeResponse.builder().statusCode(202).build();
      }
      case DRY_RUN -> InvokeResponse.builder().statusCode(204).build();
      case UNKNOWN_TO_SDK_VERSION ->
          throw new AwsFailure(
              "InvalidParameterValueException",
              400,
              "InvocationType must be one of RequestResponse, Event, DryRun, got "
                  + request.invocationTypeAsString());
    };
  }

  /// Assumed: who sends nothing gets an empty object, as AWS's own runtimes show it.
  private static byte[] payload(InvokeRequest request) {
    byte[] given = request.payload() == null ? NO_PAYLOAD : request.payload().asByteArray();
    return given.length == 0 ? NO_PAYLOAD : given;
  }

  private static void checkJson(byte[] payload) {
    try (JsonParser parser = JSON.createParser(payload)) {
      parser.nextToken();
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw notJson("expected one JSON value, and there is more after it");
      }
    } catch (IOException e) {
      throw notJson(String.valueOf(e.getMessage()));
    }
  }

  private static AwsFailure notJson(String why) {
    return new AwsFailure(
        "InvalidRequestContentException",
        400,
        "Could not parse request body into json: Could not parse payload into json: " + why);
  }

  private static void checkSize(byte[] payload, InvocationType type) {
    int most = type == InvocationType.EVENT ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES;
    if (payload.length > most) {
      throw new AwsFailure(
          "RequestTooLargeException",
          413,
          "Request must be smaller than %d bytes for the InvokeFunction operation".formatted(most));
    }
  }

  private InvokeResponse atOnce(FunctionVersion function, InvokeRequest request, byte[] payload) {
    Outcome outcome =
        run(function, records.arn(name(request)), payload, UUID.randomUUID().toString());
    return InvokeResponse.builder()
        .statusCode(200)
        .executedVersion(function.version())
        .functionError(outcome.errorKind())
        .payload(SdkBytes.fromByteArray(outcome.payload()))
        .logResult(request.logType() == LogType.TAIL ? base64(outcome.logTail()) : null)
        .build();
  }

  /// Runs one event and waits for its end.
  Outcome run(FunctionVersion function, String arn, byte[] payload, String requestId) {
    long began = System.nanoTime();
    Step step = begin(function, arn);
    step.askedInConfidence(payload);
    try {
      var traced = tracing.begin(function, step);
      var invocation = Invocation.of(requestId, arn, payload, traced.header());
      Outcome outcome = step.run(() -> environments.run(function, invocation));
      traced.end().accept(outcome.failed());
      ended(step, outcome);
      measured(function, FunctionName.of(arn), outcome.failed(), System.nanoTime() - began);
      return outcome;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      step.failed("the local stack is stopping");
      throw new AwsFailure("ServiceException", 500, "The local stack is stopping");
    } catch (RuntimeException e) {
      step.failed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /// Where the ways of a batch's messages meet.
  ///
  /// @param name of the way that begins where they are on none
  Step meet(List<String> traceHeaders, String name) {
    return ways.meet(
        traceHeaders, new Ways.Origin(Ways.Beginning.CALL, name, "", "lambda.amazonaws.com"));
  }

  /// The steps of records that are being handed over, of those that came from a way.
  Stream<Step> carried(String streamArn, List<String> sequenceNumbers) {
    return sequenceNumbers.stream()
        .flatMap(number -> ways.carried().find(streamArn + " " + number).stream());
  }

  private Step begin(FunctionVersion function, String arn) {
    Step before = Step.current();
    if (!before.isOnWay()) {
      String name = "lambda:Invoke";
      before = ways.begin(new Ways.Origin(Ways.Beginning.CALL, name, "", function.role()));
    }
    return before.begin(
        Step.Kind.INVOCATION, Step.Lane.FUNCTION, function.name(), arn, function.role());
  }

  private static void ended(Step step, Outcome outcome) {
    step.answeredInConfidence(outcome.payload());
    if (outcome.failed()) {
      step.failed(ExecutionEnvironment.errorText(outcome.payload()));
    } else {
      step.done();
    }
  }

  /// Source: AWS Lambda Developer Guide, "Types of metrics for Lambda functions" and "View metrics
  /// for Lambda functions": by function; of a version or an alias that was named, by that too; and
  /// by the version that ran, where an alias has weights. Assumed: a start of an environment counts
  /// into the duration.
  private void measured(FunctionVersion ran, FunctionName named, boolean failed, long nanos) {
    var byFunction = Map.of("FunctionName", ran.name());
    measured(byFunction, failed, nanos);
    if (named.qualifier() == null) {
      return;
    }
    var byResource = new java.util.TreeMap<>(byFunction);
    byResource.put("Resource", ran.name() + ":" + named.qualifier());
    measured(byResource, failed, nanos);
    if (records.isWeighted(named)) {
      byResource.put("ExecutedVersion", ran.version());
      measured(byResource, failed, nanos);
    }
  }

  private void measured(Map<String, String> dimensions, boolean failed, long nanos) {
    metrics.add(NAMESPACE, "Invocations", dimensions, "Count", 1);
    metrics.add(NAMESPACE, "Errors", dimensions, "Count", failed ? 1 : 0);
    metrics.add(NAMESPACE, "Duration", dimensions, "Milliseconds", nanos / 1e6);
  }

  private static String base64(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int from = Math.max(0, bytes.length - 4096);
    return Base64.getEncoder()
        .encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
  }
}
