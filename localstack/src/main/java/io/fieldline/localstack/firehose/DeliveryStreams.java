// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.*;

/// The delivery streams: made, found, described, deleted. They take records that are put into them
/// and bring them to S3.
///
/// Assumed: a stream is active as soon as it is made, where AWS takes some seconds; what waits in a
/// stream that is deleted is lost, for which AWS makes no promise either.
final class DeliveryStreams {
  private static final Set<String> TAKEN =
      Set.of(
          "DeliveryStreamName",
          "DeliveryStreamType",
          "S3DestinationConfiguration",
          "ExtendedS3DestinationConfiguration",
          "DeliveryStreamEncryptionConfigurationInput",
          "Tags");

  private final MVMap<String, DeliveryStream> streams;
  private final InstantSource clock;
  private final DeliveryRole roles;
  private final Buffers buffers;

  DeliveryStreams(Store store, InstantSource clock, DeliveryRole roles, Buffers buffers) {
    this.streams = store.map("firehose.streams", DeliveryStream.class);
    this.clock = clock;
    this.roles = roles;
    this.buffers = buffers;
  }

  void register(Api api) {
    api.on(CreateDeliveryStreamRequest.class, this::create).access(DeliveryStreams::toCreate);
    api.on(DeleteDeliveryStreamRequest.class, this::delete)
        .resource(r -> arn(r.deliveryStreamName()));
    api.on(DescribeDeliveryStreamRequest.class, this::describe)
        .resource(r -> arn(r.deliveryStreamName()));
    api.on(UpdateDestinationRequest.class, this::update).resource(r -> arn(r.deliveryStreamName()));
    api.on(ListDeliveryStreamsRequest.class, this::list);
    // What an earlier run left goes on its way.
    streams.values().forEach(buffers::of);
  }

  static String arn(String name) {
    Caller caller = Caller.current();
    return DeliveryStream.arn(caller.region(), caller.accountId(), name);
  }

  private static List<Access> toCreate(CreateDeliveryStreamRequest request) {
    return List.of(
        new Access("firehose:CreateDeliveryStream", arn(request.deliveryStreamName())),
        new Access(
            "iam:PassRole",
            destination(request).roleArn(),
            Map.of("iam:PassedToService", "firehose.amazonaws.com")));
  }

  DeliveryStream stream(String name) {
    String account = Caller.current().accountId();
    DeliveryStream stream = streams.get(DeliveryStream.key(account, name));
    if (stream == null) {
      throw FirehoseFailures.noSuchStream(name, account);
    }
    return stream;
  }

  /// Changes a stream that is still there.
  void change(DeliveryStream stream, UnaryOperator<DeliveryStream> how) {
    streams.computeIfPresent(stream.key(), (_, now) -> how.apply(now));
  }

  private CreateDeliveryStreamResponse create(CreateDeliveryStreamRequest request) {
    Caller caller = Caller.current();
    if (!request.deliveryStreamName().matches("[a-zA-Z0-9_.-]{1,64}")) {
      throw FirehoseFailures.invalid(
          "DeliveryStreamName: expected 1 to 64 of a-z, A-Z, 0-9, _, . and -, got "
              + request.deliveryStreamName());
    }
    var made =
        new DeliveryStream(
            caller.accountId(),
            caller.region(),
            request.deliveryStreamName(),
            UUID.randomUUID().toString(),
            clock.instant(),
            1,
            destination(request),
            DeliveryTags.of(request.tags()),
            keyType(request.deliveryStreamEncryptionConfigurationInput()));
    roles.check(made);
    if (streams.putIfAbsent(made.key(), made) != null) {
      throw FirehoseFailures.inUse(made.name(), made.account());
    }
    return CreateDeliveryStreamResponse.builder().deliveryStreamARN(made.arn()).build();
  }

  /// Kept and described, as of queues and topics: nothing here is encrypted.
  private static @Nullable String keyType(
      @Nullable DeliveryStreamEncryptionConfigurationInput encryption) {
    if (encryption == null) {
      return null;
    }
    if (encryption.keyType() != KeyType.AWS_OWNED_CMK || encryption.keyARN() != null) {
      throw FirehoseFailures.unsupported("KeyType " + encryption.keyTypeAsString());
    }
    return encryption.keyTypeAsString();
  }

  private static void checkRest(CreateDeliveryStreamRequest request) {
    for (SdkField<?> field : request.sdkFields()) {
      Object value = field.getValueOrDefault(request);
      if (value != null && !TAKEN.contains(field.memberName())) {
        throw FirehoseFailures.unsupported(field.memberName());
      }
    }
    DeliveryStreamType type = request.deliveryStreamType();
    if (type != null && type != DeliveryStreamType.DIRECT_PUT) {
      throw FirehoseFailures.unsupported(
          "DeliveryStreamType " + request.deliveryStreamTypeAsString());
    }
  }

  private static Destination destination(CreateDeliveryStreamRequest request) {
    checkRest(request);
    S3DestinationConfiguration plain = plain(request);
    ExtendedS3DestinationConfiguration extended = request.extendedS3DestinationConfiguration();
    if ((plain == null) == (extended == null)) {
      throw FirehoseFailures.invalid(
          "Exactly one destination configuration is supported for a Firehose");
    }
    return plain == null ? Destination.of(extended) : Destination.of(plain);
  }

  @SuppressWarnings("deprecation") // older clients and templates have it
  private static @Nullable S3DestinationConfiguration plain(CreateDeliveryStreamRequest request) {
    return request.s3DestinationConfiguration();
  }

  /// Assumed: the wording of each refusal.
  private UpdateDestinationResponse update(UpdateDestinationRequest request) {
    DeliveryStream stream = stream(request.deliveryStreamName());
    SdkPojo update = updateOf(request);
    if (!request.destinationId().equals(Destination.ID)) {
      throw FirehoseFailures.invalid(
          "Destination %s of Firehose %s not found."
              .formatted(request.destinationId(), stream.name()));
    }
    if (!request.currentDeliveryStreamVersionId().equals(String.valueOf(stream.version()))) {
      throw new AwsFailure(
          "ConcurrentModificationException",
          400,
          "Cannot update Firehose %s: its version is %d, not %s"
              .formatted(
                  stream.name(), stream.version(), request.currentDeliveryStreamVersionId()));
    }
    DeliveryStream changed = stream.withDestination(stream.destination().changed(update));
    roles.check(changed);
    change(stream, _ -> changed);
    buffers.of(changed).change(changed);
    return UpdateDestinationResponse.builder().build();
  }

  @SuppressWarnings("deprecation") // older clients and templates have the plain one
  private static SdkPojo updateOf(UpdateDestinationRequest request) {
    for (SdkField<?> field : request.sdkFields()) {
      String name = field.memberName();
      boolean other = name.endsWith("Update") && !name.matches("(Extended)?S3DestinationUpdate");
      if (other && field.getValueOrDefault(request) != null) {
        throw FirehoseFailures.unsupported(name);
      }
    }
    S3DestinationUpdate plain = request.s3DestinationUpdate();
    ExtendedS3DestinationUpdate extended = request.extendedS3DestinationUpdate();
    if ((plain == null) == (extended == null)) {
      throw FirehoseFailures.invalid("Exactly one destination update must be given");
    }
    if (extended == null) {
      return plain;
    }
    if (extended.s3BackupUpdate() != null) {
      throw FirehoseFailures.unsupported("S3BackupUpdate");
    }
    return extended;
  }

  private DeleteDeliveryStreamResponse delete(DeleteDeliveryStreamRequest request) {
    DeliveryStream stream = stream(request.deliveryStreamName());
    streams.remove(stream.key());
    buffers.drop(stream);
    return DeleteDeliveryStreamResponse.builder().build();
  }

  private DescribeDeliveryStreamResponse describe(DescribeDeliveryStreamRequest request) {
    DeliveryStream stream = stream(request.deliveryStreamName());
    return DescribeDeliveryStreamResponse.builder()
        .deliveryStreamDescription(d ->
            d.deliveryStreamName(stream.name())
                .deliveryStreamARN(stream.arn())
                .deliveryStreamStatus(DeliveryStreamStatus.ACTIVE)
                .deliveryStreamEncryptionConfiguration(e ->
                    e.keyType(stream.keyType())
                        .status(
                            stream.keyType() == null
                                ? DeliveryStreamEncryptionStatus.DISABLED
                                : DeliveryStreamEncryptionStatus.ENABLED))
                .deliveryStreamType(DeliveryStreamType.DIRECT_PUT)
                .versionId(String.valueOf(stream.version()))
                .createTimestamp(stream.created())
                .destinations(stream.destination().described())
                .hasMoreDestinations(false))
        .build();
  }

  private ListDeliveryStreamsResponse list(ListDeliveryStreamsRequest request) {
    int most = request.limit() == null ? 10 : request.limit();
    String after = request.exclusiveStartDeliveryStreamName();
    boolean none =
        request.deliveryStreamType() != null
            && request.deliveryStreamType() != DeliveryStreamType.DIRECT_PUT;
    List<String> found =
        streams.values().stream()
            .filter(_ -> !none)
            .filter(s -> s.account().equals(Caller.current().accountId()))
            .map(DeliveryStream::name)
            .filter(name -> after == null || name.compareTo(after) > 0)
            .limit(most + 1L)
            .toList();
    return ListDeliveryStreamsResponse.builder()
        .deliveryStreamNames(found.subList(0, Math.min(most, found.size())))
        .hasMoreDeliveryStreams(found.size() > most)
        .build();
  }
}
