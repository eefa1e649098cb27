// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.lambda.Invocation.Outcome;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.TraceHeader;
import io.fieldline.localstack.ways.Ways;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/// Events that nobody waits for: kept until a try succeeds, or the last has failed and the event
/// went to the function's destination or dead-letter queue. They survive a restart.
///
/// Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous
/// invocation".
final class AsyncInvocations implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AsyncInvocations.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Duration> WAITS = List.of(Duration.ofMinutes(1), Duration.ofMinutes(2));

  private final Api api;
  private final StackClock clock;
  private final Timers timers;
  private final FunctionRecords records;
  private final FailureQueue letters;
  private final Ways ways;
  private final MVMap<String, Waiting> waiting;
  private final MVMap<String, Config> configs;
  private @Nullable Runner runner;
  private boolean closed;

  @FunctionalInterface
  interface Runner {
    Outcome run(FunctionVersion function, String arn, byte[] payload, String requestId);
  }

  record Waiting(
      String requestId,
      String function,
      String version,
      String arn,
      byte[] payload,
      int tries,
      Instant since,
      @Nullable String traceHeader) {}

  record Config(
      @Nullable Integer retries, @Nullable Integer maxAgeSeconds, @Nullable String onFailure) {}

  AsyncInvocations(
      Api api,
      Store store,
      StackInfo stack,
      StackClock clock,
      Timers timers,
      FunctionRecords records,
      FunctionRoles roles,
      Ways ways) {
    this.ways = ways;
    this.api = api;
    this.clock = clock;
    this.timers = timers;
    this.records = records;
    this.letters = new FailureQueue(api, stack, roles);
    this.waiting = store.map("lambda/async", Waiting.class);
    this.configs = store.map("lambda/eventInvokeConfigs", Config.class);
  }

  void register() {
    api.on(PutFunctionEventInvokeConfigRequest.class, this::putConfig)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
    api.on(GetFunctionEventInvokeConfigRequest.class, this::getConfig)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
    api.on(DeleteFunctionEventInvokeConfigRequest.class, this::deleteConfig)
        .resource(r -> records.arn(FunctionName.of(r.functionName(), r.qualifier())));
  }

  /// Goes on with what an earlier run of the stack had accepted.
  void start(Runner how) {
    runner = how;
    waiting.values().forEach(w -> timers.at(clock.instant(), () -> attempt(w)));
  }

  void accept(FunctionVersion function, String arn, byte[] payload) {
    var event =
        new Waiting(
            UUID.randomUUID().toString(),
            function.name(),
            function.version(),
            arn,
            payload,
            0,
            clock.instant(),
            Step.current().header());
    waiting.put(event.requestId(), event);
    Thread.ofVirtual().start(() -> attempt(event));
  }

  /// A function is gone: so are its settings.
  void forget(String function) {
    String arn = records.arn(function, null);
    for (String key : List.copyOf(configs.keySet())) {
      if (key.equals(arn) || key.startsWith(arn + ":")) {
        configs.remove(key);
      }
    }
  }

  private void attempt(Waiting event) {
    Runner how = runner;
    var function = records.find(new FunctionName(event.function(), event.version()));
    if (function.isEmpty() || how == null) {
      waiting.remove(event.requestId());
      return;
    }
    Step way =
        ways.resume(
            Optional.ofNullable(event.traceHeader()).flatMap(TraceHeader::parse),
            new Ways.Origin(Ways.Beginning.CALL, "lambda:Invoke", "", function.get().role()));
    Outcome outcome;
    try {
      outcome =
          way.run(() -> how.run(function.get(), event.arn(), event.payload(), event.requestId()));
    } catch (RuntimeException e) {
      outcome = ExecutionEnvironment.error("ServiceException", String.valueOf(e.getMessage()));
    }
    Outcome came = outcome;
    way.carry(() -> settle(function.get(), event, came)).run();
  }

  /// A try that the end of the stack cut off counts for nothing: the event waits for the next
  /// start.
  private synchronized void settle(FunctionVersion function, Waiting event, Outcome outcome) {
    if (closed) {
      return;
    }
    if (outcome.failed()) {
      retryOrGiveUp(function, event, outcome);
    } else {
      waiting.remove(event.requestId());
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  private void retryOrGiveUp(FunctionVersion function, Waiting event, Outcome outcome) {
    Config config = config(event.arn());
    int retries = config.retries() == null ? WAITS.size() : config.retries();
    Duration maxAge =
        Duration.ofSeconds(config.maxAgeSeconds() == null ? 21_600 : config.maxAgeSeconds());
    boolean tooOld = clock.instant().isAfter(event.since().plus(maxAge));
    if (event.tries() < retries && !tooOld) {
      var next =
          new Waiting(
              event.requestId(),
              event.function(),
              event.version(),
              event.arn(),
              event.payload(),
              event.tries() + 1,
              event.since(),
              event.traceHeader());
      waiting.put(next.requestId(), next);
      Duration wait = WAITS.get(Math.min(event.tries(), WAITS.size() - 1));
      timers.at(clock.instant().plus(wait), () -> attempt(next));
      return;
    }
    giveUp(function, event, outcome, config, tooOld);
    waiting.remove(event.requestId());
  }

  private void giveUp(
      FunctionVersion function, Waiting event, Outcome outcome, Config config, boolean tooOld) {
    String text = new String(event.payload(), StandardCharsets.UTF_8);
    try {
      if (config.onFailure() != null) {
        letters.send(function, config.onFailure(), failureRecord(event, outcome, tooOld), Map.of());
      }
      if (function.deadLetterArn() != null) {
        letters.send(function, function.deadLetterArn(), text, attributes(event, outcome));
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "event given up: function=%s requestId=%s tries=%d"
              .formatted(function.name(), event.requestId(), event.tries() + 1));
    } catch (AwsFailure e) {
      LOG.log(
          System.Logger.Level.ERROR, "event lost: function=" + function.name() + " " + e.message());
    }
  }

  private static Map<String, MessageAttributeValue> attributes(Waiting event, Outcome outcome) {
    String message = new String(outcome.payload(), StandardCharsets.UTF_8);
    return Map.of(
        "RequestID", text(event.requestId()),
        "ErrorCode", text("200"),
        "ErrorMessage", text(message.substring(0, Math.min(1024, message.length()))));
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private String failureRecord(Waiting event, Outcome outcome, boolean tooOld) {
    ObjectNode record =
        JSON.createObjectNode().put("version", "1.0").put("timestamp", clock.instant().toString());
    record
        .putObject("requestContext")
        .put("requestId", event.requestId())
        .put("functionArn", event.arn())
        .put("condition", tooOld ? "EventAgeExceeded" : "RetriesExhausted")
        .put("approximateInvokeCount", event.tries() + 1);
    record.set("requestPayload", json(event.payload()));
    record
        .putObject("responseContext")
        .put("statusCode", 200)
        .put("executedVersion", event.version())
        .put("functionError", outcome.errorKind());
    record.set("responsePayload", json(outcome.payload()));
    try {
      return JSON.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (IOException notJson) {
      return JSON.getNodeFactory().textNode(new String(payload, StandardCharsets.UTF_8));
    }
  }

  private Config config(String arn) {
    return configs.getOrDefault(arn, new Config(null, null, null));
  }

  private PutFunctionEventInvokeConfigResponse putConfig(
      PutFunctionEventInvokeConfigRequest request) {
    FunctionName name = FunctionName.of(request.functionName(), request.qualifier());
    records.get(name);
    DestinationConfig destinations = request.destinationConfig();
    if (destinations != null
        && destinations.onSuccess() != null
        && destinations.onSuccess().destination() != null) {
      throw new AwsFailure(
          "InvalidParameterValueException",
          400,
          "OnSuccess destinations are not supported by this local stack");
    }
    String onFailure =
        destinations == null || destinations.onFailure() == null
            ? null
            : destinations.onFailure().destination();
    var config =
        new Config(request.maximumRetryAttempts(), request.maximumEventAgeInSeconds(), onFailure);
    configs.put(records.arn(name), config);
    return PutFunctionEventInvokeConfigResponse.builder()
        .functionArn(records.arn(name))
        .maximumRetryAttempts(config.retries())
        .maximumEventAgeInSeconds(config.maxAgeSeconds())
        .destinationConfig(destinations)
        .build();
  }

  private GetFunctionEventInvokeConfigResponse getConfig(
      GetFunctionEventInvokeConfigRequest request) {
    String arn = records.arn(FunctionName.of(request.functionName(), request.qualifier()));
    Config config = configs.get(arn);
    if (config == null) {
      throw AwsFailure.notFound("The function " + arn + " doesn't have an EventInvokeConfig");
    }
    return GetFunctionEventInvokeConfigResponse.builder()
        .functionArn(arn)
        .maximumRetryAttempts(config.retries())
        .maximumEventAgeInSeconds(config.maxAgeSeconds())
        .destinationConfig(d -> d.onFailure(f -> f.destination(config.onFailure())))
        .build();
  }

  private DeleteFunctionEventInvokeConfigResponse deleteConfig(
      DeleteFunctionEventInvokeConfigRequest request) {
    configs.remove(records.arn(FunctionName.of(request.functionName(), request.qualifier())));
    return DeleteFunctionEventInvokeConfigResponse.builder().build();
  }
}
