// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.AwsFailure;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.DestinationConfig;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;

/// How a stream is read for a function.
///
/// Source: Lambda Developer Guide, "Lambda parameters for Amazon Kinesis Data Streams event source
/// mappings".
///
/// @param from where reading begins with {@code AT_TIMESTAMP}; with {@code LATEST}, when the
///   mapping was made
/// @param bisect whether a batch that failed is halved
/// @param retries after the first try; -1 has no limit
/// @param maxAgeSeconds of a record; -1 has no limit
/// @param onFailure the queue that is told of what was given up
record StreamSettings(
    String position,
    Instant from,
    boolean bisect,
    int retries,
    int maxAgeSeconds,
    @Nullable String onFailure) {
  private static final int LEAST_AGE_SECONDS = 60;

  static StreamSettings of(CreateEventSourceMappingRequest r, Instant now) {
    if (r.startingPosition() == null) {
      throw invalid(
          "StartingPosition is required for a stream: TRIM_HORIZON, LATEST, AT_TIMESTAMP");
    }
    Instant from =
        switch (r.startingPosition()) {
          case TRIM_HORIZON, LATEST -> now;
          case AT_TIMESTAMP ->
              Optional.ofNullable(r.startingPositionTimestamp())
                  .orElseThrow(
                      () -> invalid("StartingPositionTimestamp is required with AT_TIMESTAMP"));
          case UNKNOWN_TO_SDK_VERSION ->
              throw invalid("StartingPosition: got " + r.startingPositionAsString());
        };
    checkParallel(r.parallelizationFactor(), r.tumblingWindowInSeconds());
    if (r.scalingConfig() != null) {
      throw invalid("ScalingConfig is of queues only, not of a stream");
    }
    return new StreamSettings(
        r.startingPositionAsString(),
        from,
        Boolean.TRUE.equals(r.bisectBatchOnFunctionError()),
        retries(r.maximumRetryAttempts(), -1),
        age(r.maximumRecordAgeInSeconds(), -1),
        onFailure(r.destinationConfig()));
  }

  StreamSettings changed(UpdateEventSourceMappingRequest r) {
    checkParallel(r.parallelizationFactor(), r.tumblingWindowInSeconds());
    return new StreamSettings(
        position,
        from,
        r.bisectBatchOnFunctionError() == null ? bisect : r.bisectBatchOnFunctionError(),
        retries(r.maximumRetryAttempts(), retries),
        age(r.maximumRecordAgeInSeconds(), maxAgeSeconds),
        r.destinationConfig() == null ? onFailure : onFailure(r.destinationConfig()));
  }

  /// Fails where a queue is given what only a stream has.
  static void checkNone(CreateEventSourceMappingRequest r) {
    boolean any =
        r.startingPosition() != null
            || r.startingPositionTimestamp() != null
            || r.bisectBatchOnFunctionError() != null
            || r.maximumRetryAttempts() != null
            || r.maximumRecordAgeInSeconds() != null
            || r.parallelizationFactor() != null
            || r.tumblingWindowInSeconds() != null
            || onFailure(r.destinationConfig()) != null;
    if (any) {
      throw invalid(
          "StartingPosition, BisectBatchOnFunctionError, MaximumRetryAttempts,"
              + " MaximumRecordAgeInSeconds, ParallelizationFactor, TumblingWindowInSeconds and"
              + " DestinationConfig are of streams only, not of a queue");
    }
  }

  EventSourcePosition startingPosition() {
    return EventSourcePosition.fromValue(position);
  }

  private static void checkParallel(@Nullable Integer factor, @Nullable Integer tumbling) {
    if (factor != null && factor != 1) {
      throw invalid(
          "ParallelizationFactor other than 1 is not supported by this local stack; got " + factor);
    }
    if (tumbling != null && tumbling != 0) {
      throw invalid("TumblingWindowInSeconds is not supported by this local stack");
    }
  }

  private static int retries(@Nullable Integer given, int otherwise) {
    int retries = given == null ? otherwise : given;
    if (retries < -1 || retries > 10_000) {
      throw invalid("MaximumRetryAttempts: expected -1 to 10000, got " + retries);
    }
    return retries;
  }

  private static int age(@Nullable Integer given, int otherwise) {
    int age = given == null ? otherwise : given;
    if (age != -1 && (age < LEAST_AGE_SECONDS || age > 604_800)) {
      throw invalid("MaximumRecordAgeInSeconds: expected -1 or 60 to 604800, got " + age);
    }
    return age;
  }

  private static @Nullable String onFailure(@Nullable DestinationConfig destinations) {
    if (destinations == null) {
      return null;
    }
    if (destinations.onSuccess() != null && destinations.onSuccess().destination() != null) {
      throw invalid("OnSuccess destinations are not supported for event source mappings");
    }
    String queue = destinations.onFailure() == null ? null : destinations.onFailure().destination();
    if (queue != null && !queue.contains(":sqs:")) {
      throw invalid("Only SQS takes failed batches in this local stack, not " + queue);
    }
    return queue;
  }

  private static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidParameterValueException", 400, message);
  }
}
