// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import io.fieldline.localstack.api.AwsFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;

/// What became of a message, as lines in the log group AWSIotLogsV2 that share its trace id.
/// Written by one thread, after the fact; what does not fit into its queue is counted and left out.
///
/// Source: AWS IoT developer guide, "CloudWatch Logs AWS IoT log entries".
final class EventLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EventLog.class.getName());
  private static final String GROUP = "AWSIotLogsV2";
  private static final int CAPACITY = 10_000;
  // A request holds 1 MiB, and an entry with a long error a few KiB.
  private static final int BATCH = 100;
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final Line END = new Line("", Instant.EPOCH, "");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final ActionCalls calls;
  private final LoggingOptions options;
  private final InstantSource clock;
  private final String account;
  private final String stream;
  private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final LongAdder lost = new LongAdder();
  private long failures;
  private final Thread writer;

  private record Line(String role, Instant at, String json) {}

  /// From the gravest to the most talkative.
  enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG;

    boolean isWithin(String most) {
      return !most.equals("DISABLED") && compareTo(valueOf(most)) <= 0;
    }
  }

  /// @param stream the name of the log stream that this run of the stack writes
  EventLog(
      ActionCalls calls,
      LoggingOptions options,
      InstantSource clock,
      String account,
      String stream) {
    this.calls = calls;
    this.options = options;
    this.clock = clock;
    this.account = account;
    this.stream = stream;
    this.writer = Thread.ofVirtual().name("iot event log").start(this::run);
  }

  /// Whether entries of that level are written at all.
  boolean isOn(Level level) {
    return options.roleFor(level).isPresent();
  }

  /// One entry about a message.
  ///
  /// @param more the attributes of this kind of entry, in their order
  void write(Level level, String eventType, Message message, Map<String, Value> more) {
    options
        .roleFor(level)
        .ifPresent(role -> {
          var now = clock.instant();
          var line = new Line(role, now, json(level, eventType, message, more, now));
          if (!queue.offer(line)) {
            lost.increment();
          }
        });
  }

  private String json(
      Level level, String eventType, Message message, Map<String, Value> more, Instant now) {
    var context = message.context();
    Map<String, Value> entry = new LinkedHashMap<>();
    entry.put("timestamp", new Text(TIME.format(now)));
    entry.put("logLevel", new Text(level.name()));
    entry.put("traceId", new Text(context.traceId().orElse("N/A")));
    entry.put("accountId", new Text(account));
    entry.put("status", new Text(level == Level.ERROR ? "Failure" : "Success"));
    entry.put("eventType", new Text(eventType));
    entry.put("clientId", new Text(context.clientId().orElse("N/A")));
    entry.put("topicName", new Text(message.topic()));
    entry.putAll(more);
    entry.put("principalId", new Text(context.principal().orElse("N/A")));
    return Json.write(new Obj(entry));
  }

  private void run() {
    List<Line> lines = new ArrayList<>();
    boolean ended = false;
    try {
      while (!ended) {
        lines.add(queue.take());
        queue.drainTo(lines, BATCH - 1);
        ended = lines.removeIf(line -> line == END);
        if (!lines.isEmpty()) {
          put(lines);
          lines.clear();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void put(List<Line> lines) {
    // Whose clock was read first need not have come first, and CloudWatch demands the order.
    lines.sort(Comparator.comparing(Line::at));
    var role = lines.getLast().role();
    var request =
        PutLogEventsRequest.builder()
            .logGroupName(GROUP)
            .logStreamName(stream)
            .logEvents(
                lines.stream()
                    .map(l ->
                        InputLogEvent.builder()
                            .timestamp(l.at().toEpochMilli())
                            .message(l.json())
                            .build())
                    .toList())
            .build();
    try {
      try {
        calls.asRole(role, GROUP, request, PutLogEventsResponse.class);
      } catch (AwsFailure noStream) {
        if (!noStream.code().equals("ResourceNotFoundException")) {
          throw noStream;
        }
        create(role);
        calls.asRole(role, GROUP, request, PutLogEventsResponse.class);
      }
    } catch (RuntimeException e) {
      lost.add(lines.size());
      if (Long.bitCount(++failures) == 1) {
        // The 1st, 2nd, 4th, … failure: a role without permission does not fill the stack's log.
        LOG.log(
            System.Logger.Level.WARNING, "iot log not written lostEntries={0} {1}", lost.sum(), e);
      }
    }
  }

  private void create(String role) {
    try {
      calls.asRole(
          role,
          GROUP,
          CreateLogGroupRequest.builder().logGroupName(GROUP).build(),
          CreateLogGroupResponse.class);
    } catch (AwsFailure there) {
      if (!there.code().equals("ResourceAlreadyExistsException")) {
        throw there;
      }
    }
    calls.asRole(
        role,
        GROUP,
        CreateLogStreamRequest.builder().logGroupName(GROUP).logStreamName(stream).build(),
        CreateLogStreamResponse.class);
  }

  /// Writes what is waiting, for at most two seconds.
  @Override
  public void close() {
    try {
      if (!queue.offer(END) || !writer.join(LAST_WORDS)) {
        writer.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
