// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordResponse;
import software.amazon.awssdk.services.firehose.model.Record;

/// Puts the result into a delivery stream; in batch mode each element of an array as a record of
/// its own.
///
/// Source: AWS IoT developer guide, "Firehose".
///
/// @param separator after each record, or nothing
record FirehoseAction(SubstitutionTemplate deliveryStream, String separator, Mode mode, String role)
    implements RuleAction {
  /// Source: AWS IoT developer guide, "Firehose": valid values of the separator.
  static final Set<String> SEPARATORS = Set.of("\n", "\t", "\r\n", ",");

  private static final int MOST_RECORDS = 500;

  enum Mode {
    SINGLE,
    BATCH
  }

  @Override
  public String name() {
    return "FirehoseAction";
  }

  @Override
  public Class<?> requestType() {
    return PutRecordRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(deliveryStream);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    String stream = firing.render(deliveryStream);
    if (mode == Mode.BATCH && firing.value() instanceof Value.Array(var elements)) {
      if (!elements.isEmpty()) {
        putAll(stream, elements, firing, calls);
      }
      return;
    }
    var request =
        PutRecordRequest.builder()
            .deliveryStreamName(stream)
            .record(record(firing.payload()))
            .build();
    calls.asRole(role, firing.rule(), request, PutRecordResponse.class);
  }

  /// Assumed: an array of nothing puts nothing.
  private void putAll(String stream, List<Value> elements, Firing firing, ActionCalls calls) {
    if (elements.size() > MOST_RECORDS) {
      throw new ActionFailure(
          "batchMode: expected at most %d records, got %d"
              .formatted(MOST_RECORDS, elements.size()));
    }
    var request =
        PutRecordBatchRequest.builder()
            .deliveryStreamName(stream)
            .records(
                elements.stream()
                    .map(e -> record(Json.write(e).getBytes(StandardCharsets.UTF_8)))
                    .toList())
            .build();
    var answer = calls.asRole(role, firing.rule(), request, PutRecordBatchResponse.class);
    if (answer.failedPutCount() > 0) {
      throw new ActionFailure(answer.failedPutCount() + " records were not put");
    }
  }

  private Record record(byte[] payload) {
    var data = new ByteArrayOutputStream();
    data.writeBytes(payload);
    data.writeBytes(separator.getBytes(StandardCharsets.UTF_8));
    return Record.builder().data(SdkBytes.fromByteArray(data.toByteArray())).build();
  }
}
