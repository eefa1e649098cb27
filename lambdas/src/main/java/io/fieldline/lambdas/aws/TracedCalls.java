// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.aws;

import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/// Tells X-Ray of each call to AWS, as a part of the invocation's trace, where the stage has
/// tracing and this invocation is sampled; otherwise it costs a look at a property.
///
/// AWS's own SDK for X-Ray is in maintenance, and OpenTelemetry's agent is many times as large as a
/// function here.
///
/// Source: AWS X-Ray Developer Guide, "X-Ray segment documents" and "Tracing header"; AWS Lambda
/// Developer Guide, "Instrumenting Java code": since Java 17 the header is a system property.
final class TracedCalls implements ExecutionInterceptor {
  private static final String HEADER = "com.amazonaws.xray.traceHeader";
  private static final Pattern PARTS =
      Pattern.compile("Root=([^;]+);Parent=([^;]+);Sampled=1(?:;.*)?");
  private static final ExecutionAttribute<Double> BEGAN = new ExecutionAttribute<>("BeganSeconds");

  private final TraceDaemon daemon;
  private final Clock clock;

  TracedCalls(TraceDaemon daemon, Clock clock) {
    this.daemon = daemon;
    this.clock = clock;
  }

  @Override
  public void beforeExecution(Context.BeforeExecution call, ExecutionAttributes attributes) {
    if (System.getProperty(HEADER) != null) {
      attributes.putAttribute(BEGAN, seconds());
    }
  }

  @Override
  public void afterExecution(Context.AfterExecution call, ExecutionAttributes attributes) {
    int status = call.httpResponse().statusCode();
    var requestId =
        call.response() instanceof AwsResponse response
            ? Optional.of(response.responseMetadata().requestId())
            : Optional.<String>empty();
    tell(call.request(), attributes, status, requestId, null);
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution call, ExecutionAttributes attributes) {
    int status = call.httpResponse().map(response -> response.statusCode()).orElse(0);
    var requestId =
        call.exception() instanceof SdkServiceException refused
            ? Optional.ofNullable(refused.requestId())
            : Optional.<String>empty();
    tell(call.request(), attributes, status, requestId, call.exception());
  }

  private void tell(
      SdkRequest request,
      ExecutionAttributes attributes,
      int status,
      Optional<String> requestId,
      @Nullable Throwable failure) {
    var header = PARTS.matcher(String.valueOf(System.getProperty(HEADER)));
    var began = attributes.getAttribute(BEGAN);
    if (began == null || !header.matches()) {
      return;
    }
    var aws = new LinkedHashMap<String, Object>();
    aws.put("operation", attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
    requestId.ifPresent(id -> aws.put("request_id", id));
    request.getValueForField("TableName", String.class).ifPresent(n -> aws.put("table_name", n));
    request.getValueForField("QueueUrl", String.class).ifPresent(url -> aws.put("queue_url", url));
    var segment = new LinkedHashMap<String, Object>();
    segment.put("name", attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
    segment.put("id", HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    segment.put("trace_id", header.group(1));
    segment.put("parent_id", header.group(2));
    segment.put("type", "subsegment");
    segment.put("namespace", "aws");
    segment.put("start_time", began);
    segment.put("end_time", seconds());
    segment.put("aws", aws);
    if (status > 0) {
      segment.put("http", Map.of("response", Map.of("status", status)));
    }
    if (failure != null) {
      segment.put(kind(status), true);
      segment.put("cause", cause(failure));
    }
    daemon.send(segment);
  }

  /// Source: AWS X-Ray Developer Guide, "Errors, faults, and exceptions": of a client, or not.
  private static String kind(int status) {
    return status >= 400 && status < 500 ? "error" : "fault";
  }

  private static Map<String, Object> cause(Throwable failure) {
    return Map.of(
        "exceptions",
        java.util.List.of(
            Map.of(
                "id",
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
                "type",
                failure.getClass().getName(),
                "message",
                String.valueOf(failure.getMessage()))));
  }

  private double seconds() {
    return clock.millis() / 1000.0;
  }
}
