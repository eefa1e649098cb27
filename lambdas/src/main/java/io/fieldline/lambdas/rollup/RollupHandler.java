// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.rollup;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.aws.BatchItemFailures;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.series.SeriesPlan;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Merges hours that were told to have changed: each hour from its raw items, then each day from
/// its hours. Many messages of one hour in a batch are one piece of work.
///
/// Source: AWS Lambda Developer Guide, reporting batch item failures for Amazon SQS.
public final class RollupHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(RollupHandler.class.getName());

  /// When nobody's readings were.
  private static final long PRIMING_MS = 0;

  private final RollupTable table;

  /// The function as Lambda makes it.
  public RollupHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  /// The function on a table that is there.
  public RollupHandler(Environment environment, DynamoDbClient tables) {
    this.table =
        new RollupTable(
            tables,
            environment.text("TELEMETRY_TABLE"),
            Duration.ofDays(environment.positive("HOUR_RETENTION_DAYS")));
  }

  /// An hour of a device that cannot be: read, and nothing is there to be merged.
  @Override
  public void prime() {
    table.mergeHour("none", PRIMING_MS);
    table.mergeDay("none", PRIMING_MS);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> answer(JsonObject.parse(input), context)));
  }

  /// A stretch of time of a device, by its begin.
  private record Stretch(String device, long startMs) {}

  private byte[] answer(JsonObject event, Context context) throws MessageException {
    var messages = new LinkedHashMap<Stretch, Set<String>>();
    var failed = new BatchItemFailures();
    for (var record : event.objects("Records")) {
      var id = record.text("messageId");
      try {
        var message = JsonObject.parse(record.text("body"));
        var hour = new Stretch(message.text("device"), message.whole("hourMs"));
        messages.computeIfAbsent(hour, none -> new HashSet<>()).add(id);
      } catch (MessageException e) {
        LOG.log(
            System.Logger.Level.ERROR, "not a message about an hour, left to the dead letters", e);
        failed.add(id);
      }
    }
    var days = new LinkedHashMap<Stretch, Set<String>>();
    messages.forEach((hour, ids) -> {
      if (merged(hour, () -> table.mergeHour(hour.device, hour.startMs))) {
        var day = new Stretch(hour.device, SeriesPlan.dayOf(hour.startMs));
        days.computeIfAbsent(day, none -> new HashSet<>()).addAll(ids);
      } else {
        ids.forEach(failed::add);
      }
    });
    days.forEach((day, ids) -> {
      if (!merged(day, () -> table.mergeDay(day.device, day.startMs))) {
        ids.forEach(failed::add);
      }
    });
    return failed.answer(context);
  }

  private static boolean merged(Stretch stretch, Runnable work) {
    try {
      work.run();
      return true;
    } catch (RuntimeException e) {
      var said = "rollup failed, will be retried: device=%s startMs=%d";
      LOG.log(System.Logger.Level.ERROR, said.formatted(stretch.device, stretch.startMs), e);
      return false;
    }
  }
}
