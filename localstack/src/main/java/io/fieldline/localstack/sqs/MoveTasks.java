// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.*;

/// Redrive: messages of a dead-letter queue back to where they came from, or to another queue, by
/// calls of whoever started it. A message that is moved is a new one, with an identifier of its
/// own. It is sent before it is deleted: a stack that ends in between leaves it in both queues.
///
/// Source: Amazon SQS API Reference, StartMessageMoveTask; Developer Guide, DLQ redrive issues.
///
/// Assumed: a stack that is started again knows none of the tasks before; their messages are where
/// they were.
final class MoveTasks {
  private static final int MOST_KEPT = 10;
  private static final int MOST_PER_SECOND = 500;
  private static final int AT_ONCE = 10;

  private final Queues queues;
  private final InstantSource clock;
  private final Supplier<String> newId;
  private final Map<String, Deque<MoveTask>> bySource = new HashMap<>();

  MoveTasks(Queues queues, InstantSource clock, Supplier<String> newId) {
    this.queues = queues;
    this.clock = clock;
    this.newId = newId;
  }

  void register(Api api) {
    api.on(StartMessageMoveTaskRequest.class, request -> start(api, request))
        .resource(StartMessageMoveTaskRequest::sourceArn);
    api.on(ListMessageMoveTasksRequest.class, this::list)
        .resource(ListMessageMoveTasksRequest::sourceArn);
    api.on(CancelMessageMoveTaskRequest.class, this::cancel)
        .resource(r -> sourceOf(r.taskHandle()));
  }

  private StartMessageMoveTaskResponse start(Api api, StartMessageMoveTaskRequest request) {
    QueueRecord source = queues.byArn("SourceArn", request.sourceArn());
    if (!queues.isDeadLetterQueue(source)) {
      throw SqsFailures.invalidParameter("Source queue must be configured as a Dead Letter Queue.");
    }
    if (request.destinationArn() != null) {
      queues.byArn("DestinationArn", request.destinationArn());
    }
    Integer perSecond = request.maxNumberOfMessagesPerSecond();
    if (perSecond != null && (perSecond < 1 || perSecond > MOST_PER_SECOND)) {
      throw SqsFailures.invalidParameter(
          "MaxNumberOfMessagesPerSecond: expected 1 to " + MOST_PER_SECOND + ", got " + perSecond);
    }
    int toMove = queues.live(source).counts(source.seconds("MessageRetentionPeriod")).visible();
    var task =
        new MoveTask(
            newId.get(),
            source.arn(),
            request.destinationArn(),
            perSecond,
            toMove,
            clock.instant());
    remember(task);
    Caller caller = Caller.current();
    Thread.ofVirtual().name("redrive " + source.name()).start(() -> move(api, caller, task));
    return StartMessageMoveTaskResponse.builder().taskHandle(task.handle()).build();
  }

  private synchronized void remember(MoveTask task) {
    Deque<MoveTask> tasks = bySource.computeIfAbsent(task.sourceArn(), _ -> new ArrayDeque<>());
    if (!tasks.isEmpty() && tasks.getFirst().isActive()) {
      throw new AwsFailure(
          "UnsupportedOperation",
          400,
          "There is already a task running. Only one active task is allowed for a source queue arn"
              + " at a given time.");
    }
    tasks.addFirst(task);
    if (tasks.size() > MOST_KEPT) {
      tasks.removeLast();
    }
  }

  private static void move(Api api, Caller caller, MoveTask task) {
    try {
      while (task.isRunning() && !task.hasMovedAll()) {
        List<Message> messages = receive(api, caller, task);
        if (messages.isEmpty()) {
          break;
        }
        for (Message message : messages) {
          if (!move(api, caller, task, message)) {
            return;
          }
        }
      }
      task.complete();
    } catch (AwsFailure e) {
      task.fail(
          e.code().equals("QueueDoesNotExist")
              ? "AWS.SimpleQueueService.NonExistentQueue"
              : e.code());
    } catch (RuntimeException e) {
      // The stack ends; whoever looks is told, and the message is in the queue still.
      task.fail(String.valueOf(e.getMessage()));
    }
  }

  private static List<Message> receive(Api api, Caller caller, MoveTask task) {
    var request =
        ReceiveMessageRequest.builder()
            .queueUrl(key(task.sourceArn()))
            .maxNumberOfMessages(task.perSecond() == 0 ? AT_ONCE : 1)
            .messageAttributeNames("All")
            .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
            .build();
    return api.call(caller, request, ReceiveMessageResponse.class).messages();
  }

  /// False if the task has failed.
  private static boolean move(Api api, Caller caller, MoveTask task, Message message) {
    String to = destination(task, message);
    if (to == null) {
      task.fail("CouldNotDetermineMessageSource");
      return false;
    }
    var send =
        SendMessageRequest.builder()
            .queueUrl(key(to))
            .messageBody(message.body())
            .messageAttributes(message.messageAttributes());
    String trace = message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
    if (trace != null) {
      send.messageSystemAttributes(
          Map.of(
              MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
              MessageSystemAttributeValue.builder().dataType("String").stringValue(trace).build()));
    }
    api.call(caller, send.build(), SendMessageResponse.class);
    var delete =
        DeleteMessageRequest.builder()
            .queueUrl(key(task.sourceArn()))
            .receiptHandle(message.receiptHandle())
            .build();
    api.call(caller, delete, DeleteMessageResponse.class);
    task.countMoved();
    if (task.perSecond() > 0) {
      LockSupport.parkNanos(1_000_000_000L / task.perSecond());
    }
    return true;
  }

  private static @Nullable String destination(MoveTask task, Message message) {
    return task.destinationArn() != null
        ? task.destinationArn()
        : message.attributes().get(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN);
  }

  private static String key(String arn) {
    String[] parts = arn.split(":");
    return QueueRecord.key(parts[4], parts[5]);
  }

  private ListMessageMoveTasksResponse list(ListMessageMoveTasksRequest request) {
    QueueRecord source = queues.byArn("SourceArn", request.sourceArn());
    int most = request.maxResults() == null ? 1 : request.maxResults();
    if (most < 1 || most > MOST_KEPT) {
      throw SqsFailures.invalidParameter(
          "MaxResults: expected 1 to " + MOST_KEPT + ", got " + most);
    }
    return ListMessageMoveTasksResponse.builder()
        .results(tasks(source.arn()).stream().limit(most).map(MoveTask::shown).toList())
        .build();
  }

  private synchronized List<MoveTask> tasks(String sourceArn) {
    return List.copyOf(bySource.getOrDefault(sourceArn, new ArrayDeque<>()));
  }

  private CancelMessageMoveTaskResponse cancel(CancelMessageMoveTaskRequest request) {
    MoveTask task =
        tasks(sourceOf(request.taskHandle())).stream()
            .filter(each -> each.handle().equals(request.taskHandle()))
            .findFirst()
            .orElseThrow(() -> SqsFailures.noSuchResource("The specified task does not exist."));
    long moved = task.cancel();
    if (moved < 0) {
      throw new AwsFailure(
          "UnsupportedOperation", 400, "Only a task that is RUNNING can be cancelled.");
    }
    return CancelMessageMoveTaskResponse.builder().approximateNumberOfMessagesMoved(moved).build();
  }

  private static String sourceOf(String handle) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(handle), StandardCharsets.UTF_8);
      String[] parts = text.split(" ");
      if (parts.length == 2) {
        return parts[1];
      }
    } catch (IllegalArgumentException noBase64) {
      // As any other handle that is not ours.
    }
    throw SqsFailures.invalidParameter("Value for parameter TaskHandle is invalid.");
  }
}
