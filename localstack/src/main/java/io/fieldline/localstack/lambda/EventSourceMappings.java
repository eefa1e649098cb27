// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.lambda.model.*;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Which queues feed which functions; each enabled mapping has a poller.
final class EventSourceMappings implements AutoCloseable {
  private final Api api;
  private final StackInfo stack;
  private final StackClock clock;
  private final FunctionRecords records;
  private final EnvironmentStarter starter;
  private final Invocations invocations;
  private final MVMap<String, Mapping> mappings;
  private final Map<String, QueuePoller> pollers = new ConcurrentHashMap<>();

  /// Source: Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping":
  /// the execution role needs these and GetQueueAttributes.
  private static final List<String> POLLED_BY = List.of("ReceiveMessage", "DeleteMessage");

  record Mapping(
      String uuid,
      String queueArn,
      String function,
      int batchSize,
      int windowSeconds,
      boolean partialFailures,
      boolean enabled,
      Instant modifiedAt) {}

  EventSourceMappings(
      Api api,
      Store store,
      StackInfo stack,
      StackClock clock,
      FunctionRecords records,
      EnvironmentStarter starter,
      Invocations invocations) {
    this.api = api;
    this.stack = stack;
    this.clock = clock;
    this.records = records;
    this.starter = starter;
    this.invocations = invocations;
    this.mappings = store.map("lambda/eventSourceMappings", Mapping.class);
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

  private void poll(Mapping mapping) {
    QueuePoller old = pollers.remove(mapping.uuid());
    if (old != null) {
      old.close();
    }
    if (mapping.enabled()) {
      pollers.put(
          mapping.uuid(), new QueuePoller(api, stack, mapping, records, starter, invocations));
    }
  }

  private CreateEventSourceMappingResponse create(CreateEventSourceMappingRequest request) {
    if (request.eventSourceArn() == null || !request.eventSourceArn().contains(":sqs:")) {
      throw invalid(
          "Only SQS queues are event sources in this local stack, not " + request.eventSourceArn());
    }
    if (request.filterCriteria() != null && request.filterCriteria().hasFilters()) {
      throw invalid("FilterCriteria are not supported by this local stack");
    }
    FunctionName name = FunctionName.of(request.functionName());
    checkQueue(request.eventSourceArn(), records.get(name));
    int batchSize = request.batchSize() == null ? 10 : request.batchSize();
    int window =
        request.maximumBatchingWindowInSeconds() == null
            ? 0
            : request.maximumBatchingWindowInSeconds();
    if (batchSize > 10 && window == 0) {
      throw invalid(
          "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater"
              + " than 10");
    }
    var mapping =
        new Mapping(
            UUID.randomUUID().toString(),
            request.eventSourceArn(),
            records.arn(name),
            batchSize,
            window,
            request
                .functionResponseTypes()
                .contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES),
            !Boolean.FALSE.equals(request.enabled()),
            clock.instant());
    mappings.put(mapping.uuid(), mapping);
    poll(mapping);
    return CreateEventSourceMappingResponse.builder()
        .uuid(mapping.uuid())
        .eventSourceMappingArn(arn(mapping.uuid()))
        .eventSourceArn(mapping.queueArn())
        .functionArn(mapping.function())
        .batchSize(batchSize)
        .maximumBatchingWindowInSeconds(window)
        .functionResponseTypes(request.functionResponseTypes())
        .state("Creating")
        .stateTransitionReason("USER_INITIATED")
        .lastModified(mapping.modifiedAt())
        .build();
  }

  /// Assumed: who lacks sqs:GetQueueAttributes is told so in the words that AWS has for
  /// sqs:ReceiveMessage.
  private void checkQueue(String queueArn, FunctionVersion function) {
    for (String action : POLLED_BY) {
      if (!starter.mayUseQueue(function, action, queueArn)) {
        throw notPermitted(action);
      }
    }
    String url =
        "%s/%s/%s"
            .formatted(
                stack.endpoint().get(),
                stack.accountId(),
                queueArn.substring(queueArn.lastIndexOf(':') + 1));
    var request =
        GetQueueAttributesRequest.builder()
            .queueUrl(url)
            .attributeNames(QueueAttributeName.VISIBILITY_TIMEOUT)
            .build();
    String visibility;
    try {
      visibility =
          api.call(starter.asRole(function), request, GetQueueAttributesResponse.class)
              .attributes()
              .get(QueueAttributeName.VISIBILITY_TIMEOUT);
    } catch (AwsFailure e) {
      throw e.code().equals("AccessDenied")
          ? notPermitted("GetQueueAttributes")
          : invalid(
              "Error occurred while ReceiveMessage. SQS Error Code: %s. SQS Error Message: %s"
                  .formatted(e.code(), e.message()));
    }
    if (visibility != null && Integer.parseInt(visibility) < function.timeoutSeconds()) {
      throw invalid(
          "Queue visibility timeout: %s seconds is less than Function timeout: %d seconds"
              .formatted(visibility, function.timeoutSeconds()));
    }
  }

  private static AwsFailure notPermitted(String action) {
    return invalid(
        "The function execution role does not have permissions to call " + action + " on SQS");
  }

  private static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidParameterValueException", 400, message);
  }

  private UpdateEventSourceMappingResponse update(UpdateEventSourceMappingRequest r) {
    Mapping old = mapping(r.uuid());
    var changed =
        new Mapping(
            old.uuid(),
            old.queueArn(),
            r.functionName() == null
                ? old.function()
                : records.arn(FunctionName.of(r.functionName())),
            r.batchSize() == null ? old.batchSize() : r.batchSize(),
            r.maximumBatchingWindowInSeconds() == null
                ? old.windowSeconds()
                : r.maximumBatchingWindowInSeconds(),
            r.hasFunctionResponseTypes()
                ? r.functionResponseTypes()
                    .contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                : old.partialFailures(),
            r.enabled() == null ? old.enabled() : r.enabled(),
            clock.instant());
    mappings.put(changed.uuid(), changed);
    poll(changed);
    return UpdateEventSourceMappingResponse.builder()
        .uuid(changed.uuid())
        .eventSourceArn(changed.queueArn())
        .functionArn(changed.function())
        .batchSize(changed.batchSize())
        .state(changed.enabled() ? "Enabled" : "Disabled")
        .lastModified(changed.modifiedAt())
        .build();
  }

  private GetEventSourceMappingResponse get(GetEventSourceMappingRequest request) {
    Mapping m = mapping(request.uuid());
    return GetEventSourceMappingResponse.builder()
        .uuid(m.uuid())
        .eventSourceMappingArn(arn(m.uuid()))
        .eventSourceArn(m.queueArn())
        .functionArn(m.function())
        .batchSize(m.batchSize())
        .maximumBatchingWindowInSeconds(m.windowSeconds())
        .functionResponseTypes(responseTypes(m))
        .state(m.enabled() ? "Enabled" : "Disabled")
        .lastModified(m.modifiedAt())
        .build();
  }

  private static List<FunctionResponseType> responseTypes(Mapping mapping) {
    return mapping.partialFailures()
        ? List.of(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
        : List.of();
  }

  private DeleteEventSourceMappingResponse delete(DeleteEventSourceMappingRequest request) {
    Mapping m = mapping(request.uuid());
    mappings.remove(m.uuid());
    QueuePoller poller = pollers.remove(m.uuid());
    if (poller != null) {
      poller.close();
    }
    return DeleteEventSourceMappingResponse.builder().uuid(m.uuid()).state("Deleting").build();
  }

  private ListEventSourceMappingsResponse list(ListEventSourceMappingsRequest request) {
    var found =
        mappings.values().stream()
            .filter(m ->
                request.eventSourceArn() == null || request.eventSourceArn().equals(m.queueArn()))
            .map(m ->
                EventSourceMappingConfiguration.builder()
                    .uuid(m.uuid())
                    .eventSourceArn(m.queueArn())
                    .functionArn(m.function())
                    .batchSize(m.batchSize())
                    .state(m.enabled() ? "Enabled" : "Disabled")
                    .lastModified(m.modifiedAt())
                    .build())
            .toList();
    return ListEventSourceMappingsResponse.builder().eventSourceMappings(found).build();
  }

  private Mapping mapping(String uuid) {
    Mapping mapping = mappings.get(uuid);
    if (mapping == null) {
      throw AwsFailure.notFound("The resource you requested does not exist.");
    }
    return mapping;
  }

  @Override
  public void close() {
    pollers.values().forEach(QueuePoller::close);
    pollers.clear();
  }
}
