// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.logs.KeptEvents.Event;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.OrderBy;

/// Log streams: made, described, written, deleted. A stream keeps its latest events only.
final class LogStreams {
  /// So that a stack that runs for weeks stays small.
  private static final long MOST_EVENTS = 20_000;

  private static final int PAGE = 50;

  private final MVMap<String, LogStream> streams;
  private final KeptEvents events;
  private final InstantSource clock;

  LogStreams(Store store, KeptEvents events, InstantSource clock) {
    this.streams = store.map("logs.streams", LogStream.class);
    this.events = events;
    this.clock = clock;
  }

  void register(Api api, LogGroups groups) {
    api.on(CreateLogStreamRequest.class, r -> create(groups.group(r.logGroupName()), r))
        .resource(r -> LogGroups.resource(r.logGroupName(), r.logStreamName()));
    api.on(DeleteLogStreamRequest.class, r -> delete(groups.group(r.logGroupName()), r))
        .resource(r -> LogGroups.resource(r.logGroupName(), r.logStreamName()));
    api.on(DescribeLogStreamsRequest.class, r -> describe(groups.group(group(r)), r))
        .resource(r -> LogGroups.resource(group(r), ""));
  }

  private static String group(DescribeLogStreamsRequest request) {
    return request.logGroupName() == null ? request.logGroupIdentifier() : request.logGroupName();
  }

  private static String key(LogGroup group, String stream) {
    return group.key() + "\n" + stream;
  }

  LogStream stream(LogGroup group, String name) {
    LogStream stream = streams.get(key(group, name));
    if (stream == null) {
      throw LogFailures.noSuch("stream");
    }
    return stream;
  }

  /// Every stream of a group in the order of their names.
  List<LogStream> of(LogGroup group) {
    String prefix = key(group, "");
    var found = new ArrayList<LogStream>();
    for (Iterator<String> keys = streams.keyIterator(prefix); keys.hasNext(); ) {
      String key = keys.next();
      LogStream stream = streams.get(key);
      if (!key.startsWith(prefix) || stream == null) {
        break;
      }
      found.add(stream);
    }
    return found;
  }

  synchronized void append(LogGroup group, String name, List<InputLogEvent> added) {
    LogStream stream = stream(group, name);
    long now = clock.millis();
    for (InputLogEvent event : added) {
      stream = stream.with(event.timestamp(), now);
      String place = KeptEvents.place(event.timestamp(), stream.sequence());
      events.add(group.key(), new Event(place, name, event.timestamp(), now, event.message()));
    }
    long over = stream.count() - MOST_EVENTS;
    if (over > 0) {
      events.removeFirst(group.key(), name, over);
      stream = stream.without(over);
    }
    streams.put(key(group, name), stream);
  }

  synchronized void deleteAll(LogGroup group) {
    for (LogStream stream : of(group)) {
      remove(group, stream);
    }
  }

  private void remove(LogGroup group, LogStream stream) {
    events.removeFirst(group.key(), stream.name(), stream.count());
    streams.remove(key(group, stream.name()));
  }

  private CreateLogStreamResponse create(LogGroup group, CreateLogStreamRequest request) {
    var stream = LogStream.empty(request.logStreamName(), clock.millis());
    if (streams.putIfAbsent(key(group, stream.name()), stream) != null) {
      throw LogFailures.exists("stream");
    }
    return CreateLogStreamResponse.builder().build();
  }

  private synchronized DeleteLogStreamResponse delete(
      LogGroup group, DeleteLogStreamRequest request) {
    remove(group, stream(group, request.logStreamName()));
    return DeleteLogStreamResponse.builder().build();
  }

  private DescribeLogStreamsResponse describe(LogGroup group, DescribeLogStreamsRequest request) {
    String prefix = request.logStreamNamePrefix() == null ? "" : request.logStreamNamePrefix();
    boolean byTime = request.orderBy() == OrderBy.LAST_EVENT_TIME;
    if (byTime && !prefix.isEmpty()) {
      throw LogFailures.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    Comparator<LogStream> order = Comparator.comparing(LogStream::name);
    if (byTime) {
      order = Comparator.comparing(LogStreams::lastTime).thenComparing(order);
    }
    if (Boolean.TRUE.equals(request.descending())) {
      order = order.reversed();
    }
    int most = request.limit() == null ? PAGE : request.limit();
    int from = offset(request.nextToken());
    List<LogStream> all =
        of(group).stream().filter(s -> s.name().startsWith(prefix)).sorted(order).toList();
    return DescribeLogStreamsResponse.builder()
        .logStreams(all.stream().skip(from).limit(most).map(s -> shown(group, s)).toList())
        .nextToken(all.size() > from + most ? Integer.toString(from + most) : null)
        .build();
  }

  private static long lastTime(LogStream stream) {
    Long last = stream.lastEvent();
    return last == null ? stream.created() : last;
  }

  static int offset(@org.jspecify.annotations.Nullable String token) {
    if (token == null) {
      return 0;
    }
    if (!token.matches("\\d{1,9}")) {
      throw LogFailures.invalid("The specified nextToken is invalid.");
    }
    return Integer.parseInt(token);
  }

  private static software.amazon.awssdk.services.cloudwatchlogs.model.LogStream shown(
      LogGroup group, LogStream stream) {
    return software.amazon.awssdk.services.cloudwatchlogs.model.LogStream.builder()
        .logStreamName(stream.name())
        .arn(group.arn() + ":log-stream:" + stream.name())
        .creationTime(stream.created())
        .firstEventTimestamp(stream.firstEvent())
        .lastEventTimestamp(stream.lastEvent())
        .lastIngestionTime(stream.lastIngestion())
        .build();
  }
}
