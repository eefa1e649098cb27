// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.quarantine;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.aws.BatchItemFailures;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.tables.Quarantined;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Takes the quarantine queue into the fleet table, and answers who browses it there: the HTTP API,
/// or somebody who invokes the function with such an event.
///
/// Source: AWS Lambda Developer Guide, reporting batch item failures for Amazon SQS.
public final class QuarantineHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(QuarantineHandler.class.getName());

  private final QuarantineTable table;
  private final ApiRoutes routes;

  /// The function as Lambda makes it.
  public QuarantineHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb(), Clients.sqs(), Clients.iotData());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  QuarantineHandler(
      Environment environment, DynamoDbClient tables, SqsClient queues, IotDataPlaneClient iot) {
    this.table =
        new QuarantineTable(
            tables,
            environment.text("FLEET_TABLE"),
            Duration.ofDays(environment.positive("RAW_RETENTION_DAYS")));
    var entries =
        new QuarantineRoutes(
            table, new Resending(queues, environment.text("INGEST_QUEUE_URL"), iot));
    this.routes =
        new ApiRoutes(
            ApiFunction.QUARANTINE,
            Map.of(
                ApiRoute.LIST_QUARANTINE, entries::list,
                ApiRoute.GET_QUARANTINED, entries::show,
                ApiRoute.REPLAY_QUARANTINE, entries::replayAll,
                ApiRoute.REPLAY_QUARANTINED, entries::replay,
                ApiRoute.DELETE_QUARANTINED, entries::drop),
            Audit.of(tables, environment.text("FLEET_TABLE"), environment));
  }

  /// An entry that cannot be, made and looked for.
  @Override
  public void prime() throws MessageException {
    var id = new QueuedEntry("none", 0, "{}").entry().id();
    routes.prime(ApiRoute.GET_QUARANTINED, Map.of("pathParameters", Map.of("entry", id)));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var event = JsonObject.parse(input);
    output.write(
        LogScope.of(
            context, () -> event.has("Records") ? kept(event, context) : routes.answer(event)));
  }

  private byte[] kept(JsonObject event, Context context) throws MessageException {
    var failed = new BatchItemFailures();
    for (var record : event.objects("Records")) {
      var queued = QueuedEntry.of(record);
      if (!kept(queued.entry())) {
        failed.add(queued.messageId());
      }
    }
    return failed.answer(context);
  }

  private boolean kept(Quarantined entry) {
    var said = Map.of("entry", entry.id(), "kind", entry.kind().name(), "thing", entry.thing());
    try {
      if (table.keep(entry)) {
        LOG.log(System.Logger.Level.INFO, "quarantined message kept", said);
        return true;
      }
      LOG.log(System.Logger.Level.ERROR, "no room for a message: left to the dead letters", said);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "entry failed, will be retried", e);
    }
    return false;
  }
}
