// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.localstack.api.AwsFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;

/// Writes the result to a log group; in batch mode each element of an array as an event of its own.
/// Assumed: AWS does not state the stream's name; it is the rule's here.
///
/// Source: AWS IoT developer guide, "CloudWatch Logs".
record CloudWatchLogsAction(SubstitutionTemplate logGroup, Mode mode, String role)
    implements RuleAction {
  enum Mode {
    SINGLE,
    BATCH
  }

  @Override
  public String name() {
    return "CloudwatchLogsAction";
  }

  @Override
  public Class<?> requestType() {
    return PutLogEventsRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(logGroup);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var request =
        PutLogEventsRequest.builder()
            .logGroupName(firing.render(logGroup))
            .logStreamName(firing.rule())
            .logEvents(events(firing))
            .build();
    try {
      calls.asRole(role, firing.rule(), request, PutLogEventsResponse.class);
    } catch (AwsFailure noStream) {
      if (!noStream.code().equals("ResourceNotFoundException")) {
        throw noStream;
      }
      createStream(request, firing, calls);
      calls.asRole(role, firing.rule(), request, PutLogEventsResponse.class);
    }
  }

  private void createStream(PutLogEventsRequest request, Firing firing, ActionCalls calls) {
    calls.asRole(
        role,
        firing.rule(),
        CreateLogStreamRequest.builder()
            .logGroupName(request.logGroupName())
            .logStreamName(request.logStreamName())
            .build(),
        CreateLogStreamResponse.class);
  }

  private List<InputLogEvent> events(Firing firing) {
    if (mode == Mode.BATCH && firing.value() instanceof Value.Array(var elements)) {
      return elements.stream().map(element -> event(firing, Json.write(element))).toList();
    }
    return List.of(event(firing, new String(firing.payload(), StandardCharsets.UTF_8)));
  }

  private static InputLogEvent event(Firing firing, String text) {
    return InputLogEvent.builder()
        .timestamp(firing.message().context().receivedAt().toEpochMilli())
        .message(text)
        .build();
  }
}
