// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// How the pipeline is, for people: the function that asks CloudWatch. It may nothing else.
final class Health {
  private final LiveFunction function;

  Health(Construct scope, Deployment deployment, Ingest ingest, Fleet fleet) {
    var functions =
        Stream.of(PipelineFunction.values())
            .map(each -> deployment.names().of(each.label()))
            .collect(Collectors.joining(","));
    this.function =
        new LiveFunction(
            scope,
            PipelineFunction.HEALTH,
            deployment,
            FunctionProps.of(
                Map.of(
                    "NAME_PREFIX",
                    deployment.names().of(""),
                    "FUNCTIONS",
                    functions,
                    "QUEUES",
                    names(
                        ingest.ingest(),
                        ingest.quarantine(),
                        ingest.rollups().queue(),
                        fleet.commands().queue(),
                        fleet.mirrors().queue(),
                        fleet.deletions()),
                    "DEAD_LETTER_QUEUES",
                    names(
                        ingest.ingestDeadLetters(),
                        ingest.quarantineDeadLetters(),
                        ingest.rollups().deadLetters(),
                        fleet.commands().deadLetters(),
                        fleet.mirrors().deadLetters(),
                        fleet.deletionDeadLetters(),
                        ingest.deadLetters())),
                // Source: Service Authorization Reference, Amazon CloudWatch: metrics are no
                // resources. Assumed: alarms found by the begin of their names are all alarms.
                List.of(Allow.on("*", "cloudwatch:GetMetricData", "cloudwatch:DescribeAlarms"))));
  }

  LiveFunction function() {
    return function;
  }

  private static String names(Queue... queues) {
    return Stream.of(queues).map(Queue::getQueueName).collect(Collectors.joining(","));
  }
}
