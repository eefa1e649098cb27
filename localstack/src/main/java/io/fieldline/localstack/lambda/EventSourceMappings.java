// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.lambda.EventSource.Poller;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.wire.Models;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Which queues and streams feed which functions; each enabled mapping has a poller, of a queue as
/// many as this stack is told.
final class EventSourceMappings implements AutoCloseable {
  private static final int QUEUE_BATCH = 10;
  private static final int STREAM_BATCH = 100;

  private final Api api;
  private final StackInfo stack;
  private final StackClock clock;
  private final FunctionRecords records;
  private final FunctionRoles roles;
  private final Invocations invocations;
  private final SourceChecks checks;
  private final Checkpoints checkpoints;
  private final int ofQueue;
  private final MVMap<String, EventSource> mappings;
  private final Map<String, Poller> pollers = new ConcurrentHashMap<>();

  EventSourceMappings(
      Api api,
      Store store,
      StackInfo stack,
      StackClock clock,
      FunctionRecords records,
      FunctionRoles roles,
      Invocations invocations,
      int ofQueue) {
    this.api = api;
    this.stack = stack;
    this.clock = clock;
    this.records = records;
    this.roles = roles;
    this.invocations = invocations;
    this.ofQueue = ofQueue;
    this.checks = new SourceChecks(api, stack, roles);
    this.checkpoints = new Checkpoints(store);
    this.mappings = store.map("lambda/eventSourceMappings", EventSource.class);
  }

  void register() {
    api.on(CreateEventSourceMappingRequest.class, this::create);
    api.on(UpdateEventSourceMappingRequest.class, this::update).resource(r -> arn(r.uuid()));
    api.on(GetEventSourceMappingRequest.class, this::get).resource(r -> arn(r.uuid()));
    api.on(DeleteEventSourceMappingRequest.class, this::delete).resource(r -> arn(r.uuid()));
    api.on(ListEventSourceMappingsRequest.class, this::list);
    mappings.values().forEach(this::poll);
  }

  private String arn(String uuid) {
    return stack.arn("lambda", "event-source-mapping:" + uuid);
  }

  private void poll(EventSource source) {
    stop(source.uuid());
    if (source.enabled()) {
      pollers.put(source.uuid(), poller(source));
    }
  }

  private void stop(String uuid) {
    Poller poller = pollers.remove(uuid);
    if (poller != null) {
      poller.close();
    }
  }

  private Poller poller(EventSource source) {
    StreamSettings stream = source.stream();
    if (stream == null) {
      return queuePoller(source);
    }
    var events = new StreamEvents(source, stack.region(), clock);
    var failures = new FailureQueue(api, stack, roles);
    return new StreamPoller(
        api,
        source,
        records,
        roles,
        shard ->
            new ShardPoller(
                new ShardReader(api, source, stream, shard, checkpoints),
                new ShardDelivery(source, stream, shard, events, invocations, failures),
                source,
                records,
                roles,
                clock));
  }

  /// No more of them than batches may be under way.
  private Poller queuePoller(EventSource source) {
    Integer most = source.maximumConcurrency();
    int count = most == null ? ofQueue : Math.min(ofQueue, most);
    return QueuePollers.of(
        count, () -> new QueuePoller(api, stack, source, records, roles, invocations));
  }

  private CreateEventSourceMappingResponse create(CreateEventSourceMappingRequest request) {
    String arn = request.eventSourceArn();
    boolean stream = arn != null && arn.contains(":kinesis:");
    if (arn == null || !(stream || arn.contains(":sqs:"))) {
      throw invalid(
          "Only SQS queues and Kinesis streams are event sources in this local stack, not " + arn);
    }
    if (request.filterCriteria() != null && request.filterCriteria().hasFilters()) {
      throw invalid("FilterCriteria are not supported by this local stack");
    }
    FunctionName name = FunctionName.of(request.functionName());
    FunctionVersion function = records.get(name);
    @Nullable StreamSettings settings = null;
    if (stream) {
      settings = StreamSettings.of(request, clock.instant());
      checks.stream(arn, function);
    } else {
      StreamSettings.checkNone(request);
      checks.queue(arn, function);
    }
    int window = orElse(request.maximumBatchingWindowInSeconds(), 0);
    int batchSize = orElse(request.batchSize(), stream ? STREAM_BATCH : QUEUE_BATCH);
    if (!stream && batchSize > QUEUE_BATCH && window == 0) {
      throw invalid(
          "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater"
              + " than 10");
    }
    var made =
        new EventSource(
            UUID.randomUUID().toString(),
            arn,
            records.arn(name),
            batchSize,
            window,
            request
                .functionResponseTypes()
                .contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES),
            !Boolean.FALSE.equals(request.enabled()),
            clock.instant(),
            settings,
            concurrency(request.scalingConfig()));
    mappings.put(made.uuid(), made);
    poll(made);
    return Models.copy(shown(made), CreateEventSourceMappingResponse.builder())
        .state("Creating")
        .build();
  }

  private static int orElse(@Nullable Integer given, int otherwise) {
    return given == null ? otherwise : given;
  }

  /// Source: Lambda API Reference, "ScalingConfig": 2 to 1000.
  private static @Nullable Integer concurrency(@Nullable ScalingConfig config) {
    Integer most = config == null ? null : config.maximumConcurrency();
    if (most != null && (most < 2 || most > 1_000)) {
      throw invalid("MaximumConcurrency: expected 2 to 1000, got " + most);
    }
    return most;
  }

  private static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidParameterValueException", 400, message);
  }

  private UpdateEventSourceMappingResponse update(UpdateEventSourceMappingRequest r) {
    EventSource old = source(r.uuid());
    var changed =
        new EventSource(
            old.uuid(),
            old.arn(),
            r.functionName() == null
                ? old.function()
                : records.arn(FunctionName.of(r.functionName())),
            orElse(r.batchSize(), old.batchSize()),
            orElse(r.maximumBatchingWindowInSeconds(), old.windowSeconds()),
            r.hasFunctionResponseTypes()
                ? r.functionResponseTypes()
                    .contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                : old.partialFailures(),
            r.enabled() == null ? old.enabled() : r.enabled(),
            clock.instant(),
            old.stream() == null ? null : old.stream().changed(r),
            r.scalingConfig() == null ? old.maximumConcurrency() : concurrency(r.scalingConfig()));
    mappings.put(changed.uuid(), changed);
    poll(changed);
    return Models.copy(shown(changed), UpdateEventSourceMappingResponse.builder()).build();
  }

  private GetEventSourceMappingResponse get(GetEventSourceMappingRequest request) {
    return Models.copy(shown(source(request.uuid())), GetEventSourceMappingResponse.builder())
        .build();
  }

  private EventSourceMappingConfiguration shown(EventSource source) {
    var shown =
        EventSourceMappingConfiguration.builder()
            .uuid(source.uuid())
            .eventSourceMappingArn(arn(source.uuid()))
            .eventSourceArn(source.arn())
            .functionArn(source.function())
            .batchSize(source.batchSize())
            .maximumBatchingWindowInSeconds(source.windowSeconds())
            .functionResponseTypes(responseTypes(source))
            .state(source.enabled() ? "Enabled" : "Disabled")
            .stateTransitionReason("USER_INITIATED")
            .lastModified(source.modifiedAt());
    Integer concurrency = source.maximumConcurrency();
    if (concurrency != null) {
      shown.scalingConfig(s -> s.maximumConcurrency(concurrency));
    }
    StreamSettings stream = source.stream();
    if (stream != null) {
      boolean at = stream.startingPosition() == EventSourcePosition.AT_TIMESTAMP;
      shown
          .startingPosition(stream.startingPosition())
          .startingPositionTimestamp(at ? stream.from() : null)
          .bisectBatchOnFunctionError(stream.bisect())
          .maximumRetryAttempts(stream.retries())
          .maximumRecordAgeInSeconds(stream.maxAgeSeconds())
          .parallelizationFactor(1)
          .tumblingWindowInSeconds(0)
          .destinationConfig(d -> d.onFailure(f -> f.destination(stream.onFailure())));
    }
    return shown.build();
  }

  private static List<FunctionResponseType> responseTypes(EventSource source) {
    return source.partialFailures()
        ? List.of(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
        : List.of();
  }

  private DeleteEventSourceMappingResponse delete(DeleteEventSourceMappingRequest request) {
    EventSource source = source(request.uuid());
    mappings.remove(source.uuid());
    stop(source.uuid());
    checkpoints.forget(source.uuid());
    return Models.copy(shown(source), DeleteEventSourceMappingResponse.builder())
        .state("Deleting")
        .build();
  }

  private ListEventSourceMappingsResponse list(ListEventSourceMappingsRequest request) {
    String function =
        request.functionName() == null
            ? null
            : records.arn(FunctionName.of(request.functionName()));
    return ListEventSourceMappingsResponse.builder()
        .eventSourceMappings(
            mappings.values().stream()
                .filter(m ->
                    request.eventSourceArn() == null || request.eventSourceArn().equals(m.arn()))
                .filter(m -> function == null || function.equals(m.function()))
                .map(this::shown)
                .toList())
        .build();
  }

  private EventSource source(String uuid) {
    EventSource source = mappings.get(uuid);
    if (source == null) {
      throw AwsFailure.notFound("The resource you requested does not exist.");
    }
    return source;
  }

  @Override
  public void close() {
    try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
      pollers.values().forEach(poller -> together.submit(poller::close));
    }
    pollers.clear();
  }
}
