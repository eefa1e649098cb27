// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

class LogsTest {
  private static final String GROUP = "/fieldline/ingest";

  private LocalStack stack;
  private CloudWatchLogsClient logs;

  @BeforeEach
  void start() {
    stack = LocalStack.start();
    logs =
        CloudWatchLogsClient.builder()
            .endpointOverride(stack.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    logs.createLogGroup(r -> r.logGroupName(GROUP).tags(Map.of("stage", "dev")));
    logs.createLogStream(r -> r.logGroupName(GROUP).logStreamName("a"));
    logs.createLogStream(r -> r.logGroupName(GROUP).logStreamName("b"));
  }

  @AfterEach
  void stop() {
    logs.close();
    stack.close();
  }

  private PutLogEventsResponse put(String stream, long first, String... messages) {
    List<InputLogEvent> events =
        Stream.iterate(0, i -> i < messages.length, i -> i + 1)
            .map(i -> InputLogEvent.builder().timestamp(first + i).message(messages[i]).build())
            .toList();
    return logs.putLogEvents(r -> r.logGroupName(GROUP).logStreamName(stream).logEvents(events));
  }

  @Test
  void aStreamIsReadPageByPage() {
    put("a", stack.clock().millis(), "one", "two", "three");

    var first =
        logs.getLogEvents(
            r -> r.logGroupName(GROUP).logStreamName("a").startFromHead(true).limit(2));
    var second =
        logs.getLogEvents(
            r -> r.logGroupName(GROUP).logStreamName("a").nextToken(first.nextForwardToken()));
    var latest = logs.getLogEvents(r -> r.logGroupName(GROUP).logStreamName("a").limit(1));
    var before =
        logs.getLogEvents(
            r -> r.logGroupName(GROUP).logStreamName("a").nextToken(latest.nextBackwardToken()));

    assertThat(first.events()).extracting(OutputLogEvent::message).containsExactly("one", "two");
    assertThat(second.events()).extracting(OutputLogEvent::message).containsExactly("three");
    assertThat(latest.events()).extracting(OutputLogEvent::message).containsExactly("three");
    assertThat(before.events()).extracting(OutputLogEvent::message).containsExactly("one", "two");
  }

  @Test
  void aFilterFindsTermsInEveryStreamInTheOrderOfTime() {
    long now = stack.clock().millis();
    put("b", now + 1, "ERROR late", "INFO fine");
    put("a", now, "ERROR early", "ERROR early but known");

    var found = logs.filterLogEvents(r -> r.logGroupName(GROUP).filterPattern("ERROR -known"));

    assertThat(found.events())
        .extracting(FilteredLogEvent::message)
        .containsExactly("ERROR early", "ERROR late");
    assertThatThrownBy(
            () -> logs.filterLogEvents(r -> r.logGroupName(GROUP).filterPattern("{ $.a = 1 }")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("JSON");
  }

  @Test
  void eventsOutOfTimeAreRejectedAndOthersEndWithTheirRetention() {
    logs.putRetentionPolicy(r -> r.logGroupName(GROUP).retentionInDays(1));
    long now = stack.clock().millis();

    assertThat(put("a", now - Duration.ofDays(15).toMillis(), "old").rejectedLogEventsInfo())
        .satisfies(i -> assertThat(i.tooOldLogEventEndIndex()).isEqualTo(1));
    assertThat(put("a", now, "in time").rejectedLogEventsInfo()).isNull();
    assertThat(logs.filterLogEvents(r -> r.logGroupName(GROUP)).events()).hasSize(1);

    stack.clock().advance(Duration.ofDays(1).plusMinutes(1));
    assertThat(logs.filterLogEvents(r -> r.logGroupName(GROUP)).events()).isEmpty();
  }

  @Test
  void groupsAndStreamsAreDescribed() {
    put("b", stack.clock().millis(), "m");

    var group =
        logs.describeLogGroups(r -> r.logGroupNamePrefix("/fieldline")).logGroups().getFirst();
    var streams =
        logs.describeLogStreams(
                r -> r.logGroupName(GROUP).orderBy("LastEventTime").descending(true))
            .logStreams();

    assertThat(group.arn())
        .isEqualTo("arn:aws:logs:us-east-1:000000000000:log-group:/fieldline/ingest:*");
    assertThat(logs.listTagsForResource(r -> r.resourceArn(group.logGroupArn())).tags())
        .containsEntry("stage", "dev");
    assertThat(streams).extracting(s -> s.logStreamName()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whatIsNotThereOrThereTwiceIsRefused() {
    assertThatThrownBy(() -> put("none", stack.clock().millis(), "m"))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> logs.createLogGroup(r -> r.logGroupName(GROUP)))
        .isInstanceOf(ResourceAlreadyExistsException.class);
    logs.deleteLogGroup(r -> r.logGroupName(GROUP));
    assertThatThrownBy(() -> logs.filterLogEvents(r -> r.logGroupName(GROUP)))
        .isInstanceOf(ResourceNotFoundException.class);
  }
}
