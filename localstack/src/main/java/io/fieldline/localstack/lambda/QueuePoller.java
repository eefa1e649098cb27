// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.lambda.Invocation.Outcome;
import io.fieldline.localstack.ways.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.sqs.model.*;

/// Takes messages from one queue as the function's role, hands them over in batches, and deletes
/// what the function took.
///
/// Source: Lambda Developer Guide, "Using Lambda with Amazon SQS", "Handling errors for an SQS
/// event source".
final class QueuePoller implements EventSource.Poller {
  private static final System.Logger LOG = System.getLogger(QueuePoller.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONG_POLL_SECONDS = 20;
  private static final int MOST_A_RECEIVE = 10;
  private static final long PAUSE_AFTER_ERROR_MS = 1000;
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Api api;
  private final StackInfo stack;
  private final EventSource mapping;
  private final FunctionRecords records;
  private final FunctionRoles roles;
  private final Invocations invocations;
  private final String queueUrl;
  private final Thread thread;
  private volatile boolean handing;
  private volatile boolean closed;

  QueuePoller(
      Api api,
      StackInfo stack,
      EventSource mapping,
      FunctionRecords records,
      FunctionRoles roles,
      Invocations invocations) {
    this.api = api;
    this.stack = stack;
    this.mapping = mapping;
    this.records = records;
    this.roles = roles;
    this.invocations = invocations;
    String queue = mapping.arn().substring(mapping.arn().lastIndexOf(':') + 1);
    this.queueUrl = "/" + stack.accountId() + "/" + queue;
    this.thread = Thread.ofVirtual().name("poller-" + queue).start(this::poll);
  }

  private void poll() {
    String lastFailure = "";
    while (!closed) {
      try {
        pollOnce();
        lastFailure = "";
      } catch (AwsFailure e) {
        if (!e.message().equals(lastFailure)) {
          LOG.log(System.Logger.Level.WARNING, "polling " + mapping.arn() + ": " + e.message());
          lastFailure = e.message();
        }
        pause();
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.log(System.Logger.Level.ERROR, "polling " + mapping.arn(), e);
          pause();
        }
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_ERROR_MS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void pollOnce() {
    FunctionName name = FunctionName.of(mapping.function());
    Caller role = roles.of(records.get(name));
    String url = stack.endpoint().get() + queueUrl;
    List<Message> batch = receive(role, url);
    if (batch.isEmpty()) {
      return;
    }
    handing = true;
    try {
      // Only now: an alias may have moved since the poll began.
      FunctionVersion function = records.route(name);
      meet(batch).carry(() -> hand(function, role, url, batch)).run();
    } finally {
      handing = false;
    }
  }

  /// The messages' ways meet in the invocation.
  private Step meet(List<Message> batch) {
    var headers = new ArrayList<String>();
    for (Message message : batch) {
      String header = message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
      if (header != null) {
        headers.add(header);
      }
    }
    return invocations.meet(
        headers, "message in " + mapping.arn().substring(mapping.arn().lastIndexOf(':') + 1));
  }

  private void hand(FunctionVersion function, Caller role, String url, List<Message> batch) {
    Set<String> failed;
    try {
      failed =
          failures(
              invocations.run(
                  function, mapping.function(), event(batch), UUID.randomUUID().toString()),
              batch);
    } catch (AwsFailure e) {
      if (!closed) {
        throw e;
      }
      failed = ids(batch);
    }
    if (closed) {
      // What was interrupted is still to be put right in the queue.
      Thread.interrupted();
    }
    delete(role, url, batch, failed);
    if (closed) {
      Set<String> back = failed;
      giveBack(url, batch.stream().filter(m -> back.contains(m.messageId())).toList());
    }
  }

  private void delete(Caller role, String url, List<Message> batch, Set<String> failed) {
    var taken = batch.stream().filter(m -> !failed.contains(m.messageId())).toList();
    for (int from = 0; from < taken.size(); from += MOST_A_RECEIVE) {
      delete(role, url, taken.subList(from, Math.min(taken.size(), from + MOST_A_RECEIVE)));
    }
  }

  /// A function that the stack's end cut off is not left without its messages for as long as they
  /// are invisible: they come again as soon as the stack does.
  private void giveBack(String url, List<Message> messages) {
    var stackItself =
        new Caller(
            new Principal.Root(stack.accountId()),
            stack.accountId(),
            stack.region(),
            UUID.randomUUID().toString(),
            Map.of());
    for (Message message : messages) {
      api.call(
          stackItself,
          ChangeMessageVisibilityRequest.builder()
              .queueUrl(url)
              .receiptHandle(message.receiptHandle())
              .visibilityTimeout(0)
              .build(),
          ChangeMessageVisibilityResponse.class);
    }
  }

  /// One long poll; then, where the batch may be larger, what comes within the window.
  private List<Message> receive(Caller role, String url) {
    var batch = new ArrayList<>(receive(role, url, LONG_POLL_SECONDS, mapping.batchSize()));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(mapping.windowSeconds());
    while (!batch.isEmpty() && batch.size() < mapping.batchSize() && !closed) {
      long left = TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime());
      if (left < 1) {
        break;
      }
      batch.addAll(receive(role, url, (int) Math.min(1, left), mapping.batchSize() - batch.size()));
    }
    return batch;
  }

  private List<Message> receive(Caller role, String url, int waitSeconds, int most) {
    return api.call(
            role,
            ReceiveMessageRequest.builder()
                .queueUrl(url)
                .maxNumberOfMessages(Math.min(MOST_A_RECEIVE, most))
                .waitTimeSeconds(waitSeconds)
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                .messageAttributeNames("All")
                .build(),
            ReceiveMessageResponse.class)
        .messages();
  }

  private byte[] event(List<Message> batch) {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode list = event.putArray("Records");
    for (Message message : batch) {
      ObjectNode node =
          list.addObject()
              .put("messageId", message.messageId())
              .put("receiptHandle", message.receiptHandle())
              .put("body", message.body());
      ObjectNode attributes = node.putObject("attributes");
      message.attributesAsStrings().forEach(attributes::put);
      ObjectNode own = node.putObject("messageAttributes");
      message
          .messageAttributes()
          .forEach((name, value) ->
              own.putObject(name)
                  .put("dataType", value.dataType())
                  .put("stringValue", value.stringValue()));
      node.put("md5OfBody", message.md5OfBody())
          .put("eventSource", "aws:sqs")
          .put("eventSourceARN", mapping.arn())
          .put("awsRegion", stack.region());
    }
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// The ids that stay in the queue: all of them, where the answer makes no sense.
  private Set<String> failures(Outcome outcome, List<Message> batch) {
    Set<String> all = ids(batch);
    if (outcome.failed()) {
      return all;
    }
    if (!mapping.partialFailures()) {
      return Set.of();
    }
    try {
      JsonNode answer = JSON.readTree(outcome.payload());
      Set<String> failed = new HashSet<>();
      for (JsonNode item : answer.path("batchItemFailures")) {
        String id = item.path("itemIdentifier").asText();
        if (!all.contains(id)) {
          return all;
        }
        failed.add(id);
      }
      return failed;
    } catch (IOException notJson) {
      return all;
    }
  }

  private static Set<String> ids(List<Message> batch) {
    Set<String> all = new HashSet<>();
    batch.forEach(m -> all.add(m.messageId()));
    return all;
  }

  private void delete(Caller role, String url, List<Message> messages) {
    var entries =
        messages.stream()
            .map(m ->
                DeleteMessageBatchRequestEntry.builder()
                    .id(m.messageId())
                    .receiptHandle(m.receiptHandle())
                    .build())
            .toList();
    api.call(
        role,
        DeleteMessageBatchRequest.builder().queueUrl(url).entries(entries).build(),
        DeleteMessageBatchResponse.class);
  }

  /// Lets a function that has messages finish with them, for some seconds.
  @Override
  public void close() {
    closed = true;
    try {
      if (handing && thread.join(GRACE)) {
        return;
      }
      thread.interrupt();
      thread.join(GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
