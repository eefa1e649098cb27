// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Lines of one execution environment, on their way to its log stream as the function's role; and
/// the last of them, for a caller who asks for the tail. A role that may not write logs writes
/// none, as on AWS.
final class FunctionLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FunctionLog.class.getName());
  private static final int TAIL_LINES = 50;
  private static final int MAX_WAITING = 10_000;
  private static final int BATCH = 500;
  private static final Duration LONGEST_SHIPPING = Duration.ofSeconds(1);

  /// After this nothing comes.
  private static final InputLogEvent LAST = InputLogEvent.builder().build();

  private final Api api;
  private final Caller role;
  private final String group;
  private final String stream;
  private final InstantSource clock;
  private final LinkedBlockingQueue<InputLogEvent> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Deque<String> tail = new ArrayDeque<>();
  private final Thread shipper;

  FunctionLog(Api api, Caller role, String group, String stream, InstantSource clock) {
    this.api = api;
    this.role = role;
    this.group = group;
    this.stream = stream;
    this.clock = clock;
    shipper = Thread.ofVirtual().name("lambda-logs").start(this::ship);
  }

  /// Takes a line; never blocks: where logs cannot keep up, lines are lost, not events.
  void line(String text) {
    waiting.offer(InputLogEvent.builder().timestamp(clock.millis()).message(text).build());
    synchronized (tail) {
      tail.addLast(text);
      if (tail.size() > TAIL_LINES) {
        tail.removeFirst();
      }
    }
  }

  /// An event begins: the tail is of it alone.
  void begin() {
    synchronized (tail) {
      tail.clear();
    }
  }

  String tail() {
    synchronized (tail) {
      return String.join("\n", tail);
    }
  }

  private void ship() {
    try {
      createStream();
      boolean more = true;
      while (more) {
        var batch = new ArrayList<InputLogEvent>(List.of(waiting.take()));
        waiting.drainTo(batch, BATCH);
        more = !batch.remove(LAST);
        if (!batch.isEmpty()) {
          put(batch);
        }
      }
    } catch (AwsFailure e) {
      LOG.log(System.Logger.Level.WARNING, "no logs of " + group + ": " + e.message());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void createStream() {
    var request =
        CreateLogStreamRequest.builder().logGroupName(group).logStreamName(stream).build();
    try {
      api.call(role, request, CreateLogStreamResponse.class);
    } catch (AwsFailure e) {
      if (!e.code().equals("ResourceNotFoundException")) {
        throw e;
      }
      api.call(
          role,
          CreateLogGroupRequest.builder().logGroupName(group).build(),
          CreateLogGroupResponse.class);
      api.call(role, request, CreateLogStreamResponse.class);
    }
  }

  private void put(List<InputLogEvent> events) {
    api.call(
        role,
        PutLogEventsRequest.builder()
            .logGroupName(group)
            .logStreamName(stream)
            .logEvents(events)
            .build(),
        PutLogEventsResponse.class);
  }

  /// Returns when the last line was written, or after a while.
  void awaitShipped() {
    try {
      shipper.join(LONGEST_SHIPPING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What was taken before is still written.
  @Override
  public void close() {
    if (!waiting.offer(LAST)) {
      shipper.interrupt();
    }
  }
}
