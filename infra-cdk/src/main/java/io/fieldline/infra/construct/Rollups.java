// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// From the hours that the telemetry function tells of to the items of hours and days.
public final class Rollups extends Construct {
  /// A message is read later than every write of the invocation that sent it, or of one beside it:
  /// so this must be longer than the telemetry function may run. It also gathers what comes late.
  private static final int DELAY_SECONDS = 300;

  private static final int GATHERED = 500;
  private static final int GATHERING_SECONDS = 5;

  private final Queue deadLetters;
  private final Queue queue;
  private final LiveFunction function;

  Rollups(Construct scope, String id, Deployment deployment, Data data) {
    super(scope, id);
    var queues = new Queues(this, deployment.names());
    this.deadLetters = queues.queue("DeadLetters", "rollup-dead").build();
    this.queue =
        queues
            .taken("Queue", "rollup", PipelineFunction.ROLLUP, deadLetters)
            .deliveryDelay(Duration.seconds(DELAY_SECONDS))
            .visibilityTimeout(
                Duration.seconds(6 * PipelineFunction.ROLLUP.timeoutSeconds() + GATHERING_SECONDS))
            .build();
    this.function =
        new LiveFunction(
            this,
            PipelineFunction.ROLLUP,
            deployment,
            FunctionProps.of(
                Map.of(
                    "TELEMETRY_TABLE", data.telemetry().getRef(),
                    "HOUR_RETENTION_DAYS", String.valueOf(deployment.config().hourRetentionDays())),
                List.of(
                    Queues.taking(queue),
                    Allow.on(
                        data.telemetry().getAttrArn(), "dynamodb:Query", "dynamodb:PutItem"))));
    queues
        .feed("Mapping", queue, function)
        .batchSize(GATHERED)
        .maximumBatchingWindowInSeconds(GATHERING_SECONDS)
        .build();
  }

  Queue queue() {
    return queue;
  }

  Queue deadLetters() {
    return deadLetters;
  }

  LiveFunction function() {
    return function;
  }
}
