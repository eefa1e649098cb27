// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.lambda.Invocation.Outcome;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.Record;

/// What a function is given of a stream, what it answers, and what is told of what was given up.
///
/// Source: Lambda Developer Guide, "Using Lambda with Amazon Kinesis Data Streams", the example
/// event; "Retain discarded batch records", the example invocation record.
final class StreamEvents {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Source: Lambda Developer Guide, "Lambda quotas": 6 MB of an event.
  private static final int MOST_BYTES = 6 * 1024 * 1024;

  /// What a record has in an event besides its data and key, or a little more.
  private static final int BYTES_AROUND = 1024;

  private final EventSource source;
  private final String region;
  private final InstantSource clock;

  StreamEvents(EventSource source, String region, InstantSource clock) {
    this.source = source;
    this.region = region;
    this.clock = clock;
  }

  private static int bytes(Record record) {
    return BYTES_AROUND
        + 6 * record.partitionKey().length()
        + (record.data().asByteArrayUnsafe().length + 2) / 3 * 4;
  }

  /// Whether one event can hold them.
  static boolean fitOne(List<Record> records) {
    return records.stream().mapToLong(StreamEvents::bytes).sum() <= MOST_BYTES;
  }

  /// Cuts records into parts of which each fits one event.
  static List<List<Record>> bySize(List<Record> records) {
    var parts = new ArrayList<List<Record>>();
    int from = 0;
    long size = 0;
    for (int i = 0; i < records.size(); i++) {
      int bytes = bytes(records.get(i));
      if (size + bytes > MOST_BYTES && i > from) {
        parts.add(records.subList(from, i));
        from = i;
        size = 0;
      }
      size += bytes;
    }
    parts.add(records.subList(from, records.size()));
    return parts;
  }

  byte[] event(FunctionVersion function, String shard, List<Record> records) {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode list = event.putArray("Records");
    for (Record record : records) {
      ObjectNode node = list.addObject();
      node.putObject("kinesis")
          .put("kinesisSchemaVersion", "1.0")
          .put("partitionKey", record.partitionKey())
          .put("sequenceNumber", record.sequenceNumber())
          .put("data", Base64.getEncoder().encodeToString(record.data().asByteArrayUnsafe()))
          .put("approximateArrivalTimestamp", seconds(record.approximateArrivalTimestamp()));
      node.put("eventSource", "aws:kinesis")
          .put("eventVersion", "1.0")
          .put("eventID", shard + ":" + record.sequenceNumber())
          .put("eventName", "aws:kinesis:record")
          .put("invokeIdentityArn", function.role())
          .put("awsRegion", region)
          .put("eventSourceARN", source.arn());
    }
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static BigDecimal seconds(Instant instant) {
    return BigDecimal.valueOf(instant.toEpochMilli(), 3);
  }

  /// The index of the first record that the function has not done: 0 where it failed or its answer
  /// makes no sense, the number of records where it did all.
  int firstFailed(Outcome outcome, List<Record> records) {
    if (outcome.failed()) {
      return 0;
    }
    if (!source.partialFailures()) {
      return records.size();
    }
    try {
      int first = records.size();
      for (JsonNode item : JSON.readTree(outcome.payload()).path("batchItemFailures")) {
        first = Math.min(first, index(item.path("itemIdentifier").asText(), records));
      }
      return first;
    } catch (IOException notJson) {
      return 0;
    }
  }

  private static int index(String sequenceNumber, List<Record> records) {
    for (int i = 0; i < records.size(); i++) {
      if (records.get(i).sequenceNumber().equals(sequenceNumber)) {
        return i;
      }
    }
    return 0;
  }

  String failure(
      FunctionVersion function,
      String shard,
      ShardDelivery.Part part,
      String requestId,
      String condition) {
    Record first = part.records().getFirst();
    Record last = part.records().getLast();
    ObjectNode record = JSON.createObjectNode();
    record
        .putObject("requestContext")
        .put("requestId", requestId)
        .put("functionArn", source.function())
        .put("condition", condition)
        .put("approximateInvokeCount", part.invoked());
    Outcome outcome = part.last();
    if (outcome != null) {
      record
          .putObject("responseContext")
          .put("statusCode", 200)
          .put("executedVersion", function.version())
          .put("functionError", outcome.errorKind());
    }
    record.put("version", "1.0").put("timestamp", clock.instant().toString());
    record
        .putObject("KinesisBatchInfo")
        .put("shardId", shard)
        .put("startSequenceNumber", first.sequenceNumber())
        .put("endSequenceNumber", last.sequenceNumber())
        .put("approximateArrivalOfFirstRecord", first.approximateArrivalTimestamp().toString())
        .put("approximateArrivalOfLastRecord", last.approximateArrivalTimestamp().toString())
        .put("batchSize", part.records().size())
        .put("streamArn", source.arn());
    return record.toString();
  }
}
