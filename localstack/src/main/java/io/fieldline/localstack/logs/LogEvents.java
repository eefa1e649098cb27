// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.logs.KeptEvents.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.RejectedLogEventsInfo;

/// Log events: written and read.
///
/// Source: CloudWatch Logs API reference, "PutLogEvents", "GetLogEvents", "FilterLogEvents".
final class LogEvents {
  private static final int MOST_BYTES = 1_048_576;
  private static final int EVENT_OVERHEAD = 26;
  private static final int MOST_EVENTS = 10_000;
  private static final long LONGEST_SPAN = Duration.ofHours(24).toMillis();
  private static final long MOST_AHEAD = Duration.ofHours(2).toMillis();
  private static final long MOST_BEHIND = Duration.ofDays(14).toMillis();

  private final LogGroups groups;
  private final LogStreams streams;
  private final KeptEvents events;
  private final InstantSource clock;
  private final EmbeddedMetrics metrics;

  LogEvents(
      LogGroups groups,
      LogStreams streams,
      KeptEvents events,
      InstantSource clock,
      EmbeddedMetrics metrics) {
    this.metrics = metrics;
    this.groups = groups;
    this.streams = streams;
    this.events = events;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(PutLogEventsRequest.class, this::put)
        .resource(r -> LogGroups.resource(r.logGroupName(), r.logStreamName()));
    api.on(GetLogEventsRequest.class, this::get)
        .resource(r -> LogGroups.resource(group(r), r.logStreamName()));
    api.on(FilterLogEventsRequest.class, this::filter)
        .resource(r -> LogGroups.resource(group(r), ""));
  }

  private static String group(GetLogEventsRequest request) {
    return request.logGroupName() == null ? request.logGroupIdentifier() : request.logGroupName();
  }

  private static String group(FilterLogEventsRequest request) {
    return request.logGroupName() == null ? request.logGroupIdentifier() : request.logGroupName();
  }

  private PutLogEventsResponse put(PutLogEventsRequest request) {
    LogGroup group = groups.group(request.logGroupName());
    streams.stream(group, request.logStreamName());
    List<InputLogEvent> given = request.logEvents();
    check(given);
    long now = clock.millis();
    int tooOld = count(given, now - MOST_BEHIND);
    int expired = count(given, group.oldest(now));
    int inTime = count(given, now + MOST_AHEAD + 1);
    int from = Math.max(tooOld, expired);
    if (from < inTime) {
      streams.append(group, request.logStreamName(), given.subList(from, inTime));
      metrics.incoming(request.logGroupName(), given.subList(from, inTime));
    }
    var rejected =
        RejectedLogEventsInfo.builder()
            .tooOldLogEventEndIndex(tooOld > 0 ? tooOld : null)
            .expiredLogEventEndIndex(expired > 0 ? expired : null)
            .tooNewLogEventStartIndex(inTime < given.size() ? inTime : null)
            .build();
    boolean none = from == 0 && inTime == given.size();
    return PutLogEventsResponse.builder().rejectedLogEventsInfo(none ? null : rejected).build();
  }

  /// How many of the ordered events are before a time.
  private static int count(List<InputLogEvent> events, long before) {
    return (int) events.stream().takeWhile(e -> e.timestamp() < before).count();
  }

  private static void check(List<InputLogEvent> given) {
    long bytes = 0;
    long last = Long.MIN_VALUE;
    for (InputLogEvent event : given) {
      if (event.timestamp() < last) {
        throw LogFailures.invalid(
            "Log events in a single PutLogEvents request must be in chronological order.");
      }
      last = event.timestamp();
      bytes += event.message().getBytes(StandardCharsets.UTF_8).length + EVENT_OVERHEAD;
    }
    if (bytes > MOST_BYTES) {
      throw LogFailures.invalid("Upload too large: " + bytes + " bytes exceed " + MOST_BYTES);
    }
    if (!given.isEmpty() && last - given.getFirst().timestamp() > LONGEST_SPAN) {
      throw LogFailures.invalid(
          "The batch of log events in a single PutLogEvents request cannot span more than 24"
              + " hours.");
    }
  }

  private List<Event> kept(LogGroup group, String stream, @Nullable Long start, long end) {
    long oldest = group.oldest(clock.millis());
    long from = start == null ? oldest : Math.max(start, oldest);
    return events.of(group.key(), stream, from, end);
  }

  private GetLogEventsResponse get(GetLogEventsRequest request) {
    LogGroup group = groups.group(group(request));
    streams.stream(group, request.logStreamName());
    long end = request.endTime() == null ? Long.MAX_VALUE : request.endTime();
    List<Event> all = kept(group, request.logStreamName(), request.startTime(), end);
    String token = request.nextToken() == null ? "" : request.nextToken();
    boolean forward =
        token.isEmpty() ? Boolean.TRUE.equals(request.startFromHead()) : isForward(token);
    if (!token.isEmpty()) {
      String place = token.substring(2);
      all =
          all.stream()
              .filter(e -> forward == e.place().compareTo(place) > 0 && !e.place().equals(place))
              .toList();
    }
    int most = Math.min(all.size(), request.limit() == null ? MOST_EVENTS : request.limit());
    List<Event> page = forward ? all.subList(0, most) : all.subList(all.size() - most, all.size());
    String unmoved = token.isEmpty() ? KeptEvents.place(0, 0) : token.substring(2);
    return GetLogEventsResponse.builder()
        .events(page.stream().map(LogEvents::shown).toList())
        .nextForwardToken("f/" + (page.isEmpty() ? unmoved : page.getLast().place()))
        .nextBackwardToken("b/" + (page.isEmpty() ? unmoved : page.getFirst().place()))
        .build();
  }

  private static boolean isForward(String token) {
    if (!token.matches("[fb]/[0-9a-f]{32}")) {
      throw LogFailures.invalid("The specified nextToken is invalid.");
    }
    return token.startsWith("f");
  }

  private static OutputLogEvent shown(Event event) {
    return OutputLogEvent.builder()
        .timestamp(event.timestamp())
        .ingestionTime(event.ingested())
        .message(event.message())
        .build();
  }

  private FilterLogEventsResponse filter(FilterLogEventsRequest request) {
    LogGroup group = groups.group(group(request));
    FilterPattern pattern = FilterPattern.parse(request.filterPattern());
    long end = request.endTime() == null ? Long.MAX_VALUE : request.endTime() + 1;
    List<Event> all =
        chosen(group, request)
            .flatMap(stream -> kept(group, stream, request.startTime(), end).stream())
            .filter(event -> pattern.takes(event.message()))
            .sorted(Comparator.comparing(Event::timestamp).thenComparing(Event::place))
            .collect(Collectors.toList());
    int from = LogStreams.offset(request.nextToken());
    int most = request.limit() == null ? MOST_EVENTS : request.limit();
    return FilterLogEventsResponse.builder()
        .events(all.stream().skip(from).limit(most).map(LogEvents::filtered).toList())
        .nextToken(all.size() > from + most ? Integer.toString(from + most) : null)
        .build();
  }

  private Stream<String> chosen(LogGroup group, FilterLogEventsRequest request) {
    if (request.hasLogStreamNames() && !request.logStreamNames().isEmpty()) {
      return request.logStreamNames().stream().map(s -> streams.stream(group, s).name());
    }
    String prefix = request.logStreamNamePrefix() == null ? "" : request.logStreamNamePrefix();
    return streams.of(group).stream().map(LogStream::name).filter(n -> n.startsWith(prefix));
  }

  private static FilteredLogEvent filtered(Event event) {
    return FilteredLogEvent.builder()
        .eventId(event.place() + "/" + event.stream())
        .logStreamName(event.stream())
        .timestamp(event.timestamp())
        .ingestionTime(event.ingested())
        .message(event.message())
        .build();
  }
}
