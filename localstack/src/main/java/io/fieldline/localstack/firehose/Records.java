// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.PutRecordRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordResponse;

/// Records, put one by one or many at once.
///
/// Source: Firehose API reference, "PutRecord", "PutRecordBatch": 1,000 KiB a record, 500 records
/// or 4 MiB a request. Assumed: a stream takes as much as comes; AWS slows down what is too fast.
final class Records {
  private static final int MOST_BYTES = 1000 * 1024;
  private static final int MOST_BYTES_A_REQUEST = 4 * 1024 * 1024;
  private static final int MOST_RECORDS = 500;

  private final DeliveryStreams streams;
  private final Buffers buffers;

  Records(DeliveryStreams streams, Buffers buffers) {
    this.streams = streams;
    this.buffers = buffers;
  }

  void register(Api api) {
    api.on(PutRecordRequest.class, this::put)
        .resource(r -> DeliveryStreams.arn(r.deliveryStreamName()));
    api.on(PutRecordBatchRequest.class, this::putAll)
        .resource(r -> DeliveryStreams.arn(r.deliveryStreamName()));
  }

  private PutRecordResponse put(PutRecordRequest request) {
    DeliveryStream stream = streams.stream(request.deliveryStreamName());
    byte[] data = data(request.record());
    buffers.of(stream).add(data);
    return PutRecordResponse.builder().recordId(newId()).encrypted(false).build();
  }

  /// What is wrong with one record refuses them all: nothing was put yet.
  private PutRecordBatchResponse putAll(PutRecordBatchRequest request) {
    DeliveryStream stream = streams.stream(request.deliveryStreamName());
    var all = new ArrayList<byte[]>();
    request.records().forEach(record -> all.add(data(record)));
    if (all.isEmpty() || all.size() > MOST_RECORDS) {
      throw AwsFailure.validation(
          "1 validation error detected: Value at 'records' failed to satisfy constraint: Member"
              + " must have length from 1 to %d, not %d".formatted(MOST_RECORDS, all.size()));
    }
    if (all.stream().mapToLong(data -> data.length).sum() > MOST_BYTES_A_REQUEST) {
      throw FirehoseFailures.invalid("Records size exceeds 4 MB limit");
    }
    var results = new ArrayList<PutRecordBatchResponseEntry>();
    for (byte[] data : all) {
      buffers.of(stream).add(data);
      results.add(PutRecordBatchResponseEntry.builder().recordId(newId()).build());
    }
    return PutRecordBatchResponse.builder()
        .failedPutCount(0)
        .encrypted(false)
        .requestResponses(results)
        .build();
  }

  private static byte[] data(
      software.amazon.awssdk.services.firehose.model.@Nullable Record record) {
    if (record == null || record.data() == null) {
      throw FirehoseFailures.invalid("Record.Data must be given");
    }
    byte[] data = record.data().asByteArray();
    if (data.length > MOST_BYTES) {
      throw AwsFailure.validation(
          "1 validation error detected: Value at 'record.data' failed to satisfy constraint: Member"
              + " must have length less than or equal to "
              + MOST_BYTES);
    }
    return data;
  }

  private static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
