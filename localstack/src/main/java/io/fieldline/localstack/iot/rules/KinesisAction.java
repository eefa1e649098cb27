// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;

/// Puts the result into a stream as one record.
///
/// Source: AWS IoT developer guide, "Kinesis Data Streams". Assumed: without a partition key the
/// records spread over the shards by a random one.
record KinesisAction(
    SubstitutionTemplate streamName, Optional<SubstitutionTemplate> partitionKey, String role)
    implements RuleAction {
  @Override
  public String name() {
    return "KinesisAction";
  }

  @Override
  public Class<?> requestType() {
    return PutRecordRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(streamName);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var request =
        PutRecordRequest.builder()
            .streamName(firing.render(streamName))
            .partitionKey(
                partitionKey.map(firing::render).orElseGet(() -> UUID.randomUUID().toString()))
            .data(SdkBytes.fromByteArray(firing.payload()))
            .build();
    calls.asRole(role, firing.rule(), request, PutRecordResponse.class);
  }
}
