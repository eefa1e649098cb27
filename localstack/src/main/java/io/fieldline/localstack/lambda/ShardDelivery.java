// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.lambda.Invocation.Outcome;
import io.fieldline.localstack.ways.Step;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Record;

/// What becomes of a batch of one shard: done, tried again whole or in part, or given up.
///
/// Source: Lambda Developer Guide, "Handling errors for Kinesis", "Configuring partial batch
/// response with Kinesis Data Streams and Lambda". Assumed: halving a batch costs none of its
/// retries; what is left of a batch after a part of it succeeded does.
final class ShardDelivery {
  private static final System.Logger LOG = System.getLogger(ShardDelivery.class.getName());

  private final EventSource source;
  private final StreamSettings settings;
  private final String shard;
  private final StreamEvents events;
  private final Invocations invocations;
  private final FailureQueue failures;

  ShardDelivery(
      EventSource source,
      StreamSettings settings,
      String shard,
      StreamEvents events,
      Invocations invocations,
      FailureQueue failures) {
    this.source = source;
    this.settings = settings;
    this.shard = shard;
    this.events = events;
    this.invocations = invocations;
    this.failures = failures;
  }

  /// Records that are to be tried, in their order.
  ///
  /// @param retries so far
  /// @param invoked how often the function was asked
  /// @param last what it answered then
  record Part(List<Record> records, int retries, int invoked, @Nullable Outcome last) {
    Part of(List<Record> others) {
      return new Part(others, retries, invoked, last);
    }
  }

  Deque<Part> begin(List<Record> batch) {
    return new ArrayDeque<>(List.of(new Part(batch, 0, 0, null)));
  }

  /// Tries the first part, and puts back what is left of it.
  ///
  /// @param horizon records before it are no longer in the stream
  /// @param done told the last record of those that need no more tries
  /// @return whether the function failed
  boolean attempt(
      FunctionVersion function,
      Deque<Part> left,
      Instant now,
      Instant horizon,
      BooleanSupplier closed,
      Consumer<Record> done) {
    Part part = fresh(function, left.pop(), now, horizon, done);
    if (part.records().isEmpty()) {
      return false;
    }
    String requestId = UUID.randomUUID().toString();
    byte[] event = events.event(function, shard, part.records());
    Step met = meet(part.records());
    Outcome outcome = met.run(() -> invocations.run(function, source.function(), event, requestId));
    if (closed.getAsBoolean()) {
      return false;
    }
    int size = part.records().size();
    int failed = events.firstFailed(outcome, part.records());
    if (failed > 0) {
      steps(part.records().subList(0, failed)).forEach(Step::done);
      done.accept(part.records().get(failed - 1));
    }
    if (failed == size) {
      return false;
    }
    var rest = part.records().subList(failed, size);
    var tried = new Part(rest, part.retries(), part.invoked() + 1, outcome);
    if (settings.bisect() && failed == 0 && rest.size() > 1) {
      int half = rest.size() / 2;
      left.push(tried.of(rest.subList(half, rest.size())));
      left.push(tried.of(rest.subList(0, half)));
    } else if (settings.retries() >= 0 && part.retries() >= settings.retries()) {
      giveUp(function, tried, requestId, "RetryAttemptsExhausted");
      done.accept(rest.getLast());
    } else {
      left.push(new Part(rest, part.retries() + 1, tried.invoked(), outcome));
    }
    return true;
  }

  /// Where the ways of the records meet.
  private Step meet(List<Record> records) {
    List<String> headers = steps(records).peek(Step::waited).map(Step::header).toList();
    return invocations.meet(
        headers, "record in " + source.arn().substring(source.arn().lastIndexOf('/') + 1));
  }

  private Stream<Step> steps(List<Record> records) {
    return invocations.carried(source.arn(), records.stream().map(Record::sequenceNumber).toList());
  }

  /// Gives up what is too old, from the front.
  private Part fresh(
      FunctionVersion function, Part part, Instant now, Instant horizon, Consumer<Record> done) {
    Instant oldest =
        settings.maxAgeSeconds() < 0 ? Instant.MIN : now.minusSeconds(settings.maxAgeSeconds());
    Instant limit = oldest.isAfter(horizon) ? oldest : horizon;
    int old = 0;
    for (Record record : part.records()) {
      if (!record.approximateArrivalTimestamp().isBefore(limit)) {
        break;
      }
      old++;
    }
    if (old == 0) {
      return part;
    }
    var tooOld = part.of(part.records().subList(0, old));
    giveUp(function, tooOld, UUID.randomUUID().toString(), "RecordAgeExceeded");
    done.accept(tooOld.records().getLast());
    return part.of(part.records().subList(old, part.records().size()));
  }

  private void giveUp(FunctionVersion function, Part part, String requestId, String condition) {
    LOG.log(
        System.Logger.Level.WARNING,
        "records given up: function=%s shard=%s condition=%s records=%d"
            .formatted(function.name(), shard, condition, part.records().size()));
    steps(part.records()).forEach(step -> step.failed("given up: " + condition));
    if (settings.onFailure() == null) {
      return;
    }
    String body = events.failure(function, shard, part, requestId, condition);
    try {
      failures.send(function, settings.onFailure(), body, Map.of());
    } catch (AwsFailure e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "nobody was told of it: function=" + function.name() + " " + e.message());
    }
  }
}
