// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kinesis.CfnStream;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/// The stream that carries telemetry where a stage asks for one. What the function cannot take for
/// now it hands over to the ingest queue, with its tries and its dead letters, so that nothing
/// holds up a shard; only while that fails, too, does a shard wait, as long as its records are
/// kept.
///
/// Source: Kinesis Developer Guide, on-demand mode; AWS Lambda Developer Guide, parameters for
/// Kinesis event source mappings.
final class IngestStream extends Construct {
  private static final int RETENTION_HOURS = 7 * 24;
  private static final int MOST_RECORDS = 100;

  private final CfnStream stream;

  IngestStream(Construct scope, String id, Names names) {
    super(scope, id);
    this.stream =
        CfnStream.Builder.create(this, "Stream")
            .name(names.of("ingest"))
            .streamModeDetails(
                CfnStream.StreamModeDetailsProperty.builder().streamMode("ON_DEMAND").build())
            .retentionPeriodHours(RETENTION_HOURS)
            .streamEncryption(
                CfnStream.StreamEncryptionProperty.builder()
                    .encryptionType("KMS")
                    .keyId("alias/aws/kinesis")
                    .build())
            .build();
  }

  RuleAction action() {
    return RuleAction.stream(stream, "${topic(2)}");
  }

  /// What a function needs to be fed from it.
  PolicyStatement taking() {
    return Allow.on(
        stream.getAttrArn(),
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards");
  }

  String name() {
    return stream.getRef();
  }

  void feed(LiveFunction function, IQueue givenUp) {
    CfnEventSourceMapping.Builder.create(this, "Mapping")
        .eventSourceArn(stream.getAttrArn())
        .functionName(function.arn())
        .startingPosition("TRIM_HORIZON")
        .batchSize(MOST_RECORDS)
        .maximumBatchingWindowInSeconds(0)
        .bisectBatchOnFunctionError(true)
        .maximumRetryAttempts(-1)
        .maximumRecordAgeInSeconds(-1)
        .functionResponseTypes(List.of("ReportBatchItemFailures"))
        .destinationConfig(
            CfnEventSourceMapping.DestinationConfigProperty.builder()
                .onFailure(
                    CfnEventSourceMapping.OnFailureProperty.builder()
                        .destination(givenUp.getQueueArn())
                        .build())
                .build())
        .build();
  }
}
