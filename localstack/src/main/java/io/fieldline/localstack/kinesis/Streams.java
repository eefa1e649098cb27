// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.*;

/// The streams: made, found, described, deleted.
///
/// Assumed: a stream is active as soon as it is made, where AWS takes some seconds.
final class Streams {
  private static final Pattern ARN =
      Pattern.compile("arn:aws:kinesis:[a-z0-9-]+:(\\d{12}):stream/([A-Za-z0-9_.-]{1,128})");

  /// Source: Kinesis developer guide, "Quotas and limits": shards of an account in us-east-1.
  private static final int MOST_SHARDS = 20_000;

  /// Source: Kinesis developer guide, "Choose the right mode": a new on-demand stream has four.
  private static final int ON_DEMAND_SHARDS = 4;

  private static final int LEAST_HOURS = 24;
  private static final int MOST_HOURS = 8760;
  private static final int KIB_A_RECORD = 1024;

  private final MVMap<String, StreamRecord> streams;
  private final InstantSource clock;
  private final ShardLog log;

  Streams(Store store, InstantSource clock, ShardLog log) {
    this.streams = store.map("kinesis.streams", StreamRecord.class);
    this.clock = clock;
    this.log = log;
  }

  void register(Api api) {
    api.on(CreateStreamRequest.class, this::create)
        .resource(r -> Caller.current().arn("kinesis", "stream/" + r.streamName()));
    api.on(DeleteStreamRequest.class, this::delete)
        .resource(r -> arn(r.streamName(), r.streamARN()));
    api.on(DescribeStreamRequest.class, this::describe)
        .resource(r -> arn(r.streamName(), r.streamARN()));
    api.on(DescribeStreamSummaryRequest.class, this::summarize)
        .resource(r -> arn(r.streamName(), r.streamARN()));
    api.on(ListStreamsRequest.class, this::list);
    api.on(ListShardsRequest.class, this::listShards).resource(this::arn);
    api.on(IncreaseStreamRetentionPeriodRequest.class, this::increase)
        .resource(r -> arn(r.streamName(), r.streamARN()));
    api.on(DecreaseStreamRetentionPeriodRequest.class, this::decrease)
        .resource(r -> arn(r.streamName(), r.streamARN()));
    new StreamEncryption(this).register(api);
  }

  void trim() {
    streams.values().forEach(log::trim);
  }

  /// The key of the stream that is named, by name or by ARN; where by both, they must agree.
  private static String key(@Nullable String name, @Nullable String arn) {
    if (arn == null) {
      if (name == null) {
        throw KinesisFailures.invalid("Either StreamName or StreamARN must be given");
      }
      return StreamRecord.key(Caller.current().accountId(), name);
    }
    Matcher parts = ARN.matcher(arn);
    if (!parts.matches()) {
      throw KinesisFailures.invalid("StreamARN: expected the ARN of a stream, got " + arn);
    }
    if (name != null && !name.equals(parts.group(2))) {
      throw KinesisFailures.invalid("StreamName " + name + " and StreamARN " + arn + " differ");
    }
    return StreamRecord.key(parts.group(1), parts.group(2));
  }

  /// The ARN of the stream that is named.
  static String arn(@Nullable String name, @Nullable String arn) {
    return arnOfKey(key(name, arn));
  }

  static String arnOfKey(String key) {
    String[] parts = key.split("/", 2);
    return "arn:aws:kinesis:%s:%s:stream/%s"
        .formatted(Caller.current().region(), parts[0], parts[1]);
  }

  private String arn(ListShardsRequest request) {
    return request.nextToken() == null
        ? arn(request.streamName(), request.streamARN())
        : arnOfKey(ShardPage.parse(request.nextToken()).streamKey());
  }

  StreamRecord stream(@Nullable String name, @Nullable String arn) {
    return byKey(key(name, arn));
  }

  StreamRecord byKey(String key) {
    StreamRecord stream = streams.get(key);
    if (stream == null) {
      String[] parts = key.split("/", 2);
      throw KinesisFailures.noSuchStream(parts[1], parts[0]);
    }
    return stream;
  }

  /// Changes a stream that is still there.
  void change(StreamRecord stream, UnaryOperator<StreamRecord> how) {
    streams.computeIfPresent(stream.key(), (_, now) -> how.apply(now));
  }

  private CreateStreamResponse create(CreateStreamRequest request) {
    Caller caller = Caller.current();
    if (!request.streamName().matches("[A-Za-z0-9_.-]{1,128}")) {
      throw AwsFailure.validation(
          "1 validation error detected: Value '%s' at 'streamName' failed to satisfy constraint:"
                  .formatted(request.streamName())
              + " Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    }
    if (request.maxRecordSizeInKiB() != null && request.maxRecordSizeInKiB() != KIB_A_RECORD) {
      throw KinesisFailures.unsupported("MaxRecordSizeInKiB other than 1024");
    }
    if (request.warmThroughputMiBps() != null) {
      throw KinesisFailures.unsupported("WarmThroughputMiBps");
    }
    boolean onDemand =
        request.streamModeDetails() != null
            && request.streamModeDetails().streamMode() == StreamMode.ON_DEMAND;
    var made =
        new StreamRecord(
            caller.accountId(),
            caller.region(),
            request.streamName(),
            onDemand ? "ON_DEMAND" : "PROVISIONED",
            shards(request, onDemand),
            LEAST_HOURS,
            clock.instant(),
            StreamTags.checked(request.tags()),
            null);
    if (streams.putIfAbsent(made.key(), made) != null) {
      throw KinesisFailures.inUse(made.name(), made.account());
    }
    return CreateStreamResponse.builder().build();
  }

  /// Assumed: the wording of both refusals of a number of shards.
  private int shards(CreateStreamRequest request, boolean onDemand) {
    Integer given = request.shardCount();
    if (onDemand) {
      if (given != null) {
        throw KinesisFailures.invalid("ShardCount cannot be given for a stream in ON_DEMAND mode");
      }
      return ON_DEMAND_SHARDS;
    }
    if (given == null || given < 1) {
      throw KinesisFailures.invalid(
          "ShardCount must be given for a stream in PROVISIONED mode, 1 or more");
    }
    long inUse = streams.values().stream().mapToLong(StreamRecord::shards).sum();
    if (inUse + given > MOST_SHARDS) {
      throw KinesisFailures.tooMany(
          "This request would exceed the shard limit for the account %s in %s. Current shard count"
                  .formatted(Caller.current().accountId(), Caller.current().region())
              + " for the account: %d. Limit: %d. Number of additional shards that would have"
                  .formatted(inUse, MOST_SHARDS)
              + " resulted from this request: %d.".formatted(given));
    }
    return given;
  }

  private DeleteStreamResponse delete(DeleteStreamRequest request) {
    StreamRecord stream = stream(request.streamName(), request.streamARN());
    streams.remove(stream.key());
    log.remove(stream);
    return DeleteStreamResponse.builder().build();
  }

  private DescribeStreamResponse describe(DescribeStreamRequest request) {
    StreamRecord stream = stream(request.streamName(), request.streamARN());
    int most = request.limit() == null ? 100 : request.limit();
    int first =
        request.exclusiveStartShardId() == null
            ? 0
            : stream.shard(request.exclusiveStartShardId()) + 1;
    int end = Math.min(stream.shards(), first + most);
    return DescribeStreamResponse.builder()
        .streamDescription(d ->
            d.streamName(stream.name())
                .streamARN(stream.arn())
                .streamStatus(StreamStatus.ACTIVE)
                .streamModeDetails(m -> m.streamMode(stream.mode()))
                .shards(IntStream.range(first, end).mapToObj(stream::described).toList())
                .hasMoreShards(end < stream.shards())
                .retentionPeriodHours(stream.retentionHours())
                .streamCreationTimestamp(stream.created())
                .enhancedMonitoring(EnhancedMetrics.builder().build())
                .encryptionType(stream.encryption())
                .keyId(stream.encryptionKey()))
        .build();
  }

  private DescribeStreamSummaryResponse summarize(DescribeStreamSummaryRequest request) {
    StreamRecord stream = stream(request.streamName(), request.streamARN());
    return DescribeStreamSummaryResponse.builder()
        .streamDescriptionSummary(d ->
            d.streamName(stream.name())
                .streamARN(stream.arn())
                .streamStatus(StreamStatus.ACTIVE)
                .streamModeDetails(m -> m.streamMode(stream.mode()))
                .retentionPeriodHours(stream.retentionHours())
                .streamCreationTimestamp(stream.created())
                .enhancedMonitoring(EnhancedMetrics.builder().build())
                .encryptionType(stream.encryption())
                .keyId(stream.encryptionKey())
                .openShardCount(stream.shards())
                .consumerCount(0)
                .maxRecordSizeInKiB(KIB_A_RECORD))
        .build();
  }

  private ListStreamsResponse list(ListStreamsRequest request) {
    int most = request.limit() == null ? 100 : request.limit();
    String after =
        request.nextToken() != null ? request.nextToken() : request.exclusiveStartStreamName();
    List<StreamRecord> found =
        streams.values().stream()
            .filter(s -> s.account().equals(Caller.current().accountId()))
            .filter(s -> after == null || s.name().compareTo(after) > 0)
            .limit(most + 1L)
            .toList();
    boolean more = found.size() > most;
    List<StreamRecord> page = more ? found.subList(0, most) : found;
    return ListStreamsResponse.builder()
        .streamNames(page.stream().map(StreamRecord::name).toList())
        .hasMoreStreams(more)
        .nextToken(more ? page.getLast().name() : null)
        .streamSummaries(
            page.stream()
                .map(s ->
                    StreamSummary.builder()
                        .streamName(s.name())
                        .streamARN(s.arn())
                        .streamStatus(StreamStatus.ACTIVE)
                        .streamModeDetails(m -> m.streamMode(s.mode()))
                        .streamCreationTimestamp(s.created())
                        .build())
                .toList())
        .build();
  }

  private ListShardsResponse listShards(ListShardsRequest request) {
    ShardPage page = ShardPage.of(request, this);
    StreamRecord stream = byKey(page.streamKey());
    int end = (int) Math.min(stream.shards(), (long) page.first() + page.most());
    return ListShardsResponse.builder()
        .shards(IntStream.range(page.first(), end).mapToObj(stream::described).toList())
        .nextToken(end < stream.shards() ? page.from(end).text() : null)
        .build();
  }

  private IncreaseStreamRetentionPeriodResponse increase(
      IncreaseStreamRetentionPeriodRequest request) {
    StreamRecord stream = stream(request.streamName(), request.streamARN());
    int hours = hours(request.retentionPeriodHours());
    if (hours < stream.retentionHours()) {
      throw retention(stream, hours, "shorter", "DecreaseRetentionPeriod");
    }
    change(stream, s -> s.withRetention(hours));
    return IncreaseStreamRetentionPeriodResponse.builder().build();
  }

  private DecreaseStreamRetentionPeriodResponse decrease(
      DecreaseStreamRetentionPeriodRequest request) {
    StreamRecord stream = stream(request.streamName(), request.streamARN());
    int hours = hours(request.retentionPeriodHours());
    if (hours > stream.retentionHours()) {
      throw retention(stream, hours, "longer", "IncreaseRetentionPeriod");
    }
    change(stream, s -> s.withRetention(hours));
    return DecreaseStreamRetentionPeriodResponse.builder().build();
  }

  private static int hours(int hours) {
    if (hours < LEAST_HOURS || hours > MOST_HOURS) {
      boolean few = hours < LEAST_HOURS;
      throw KinesisFailures.invalid(
          "%s allowed retention period is %d hours. Requested retention period (%d hours) is too"
                  .formatted(few ? "Minimum" : "Maximum", few ? LEAST_HOURS : MOST_HOURS, hours)
              + (few ? " short." : " long."));
    }
    return hours;
  }

  private static RuntimeException retention(
      StreamRecord stream, int hours, String than, String instead) {
    return KinesisFailures.invalid(
        "Requested retention period (%d hours) for stream %s can not be %s than existing retention"
                .formatted(hours, stream.name(), than)
            + " period (%d hours). Use %s API.".formatted(stream.retentionHours(), instead));
  }
}
