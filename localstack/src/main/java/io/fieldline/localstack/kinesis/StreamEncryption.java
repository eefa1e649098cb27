// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import io.fieldline.localstack.api.Api;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionResponse;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionResponse;

/// By which key a stream is encrypted. It is kept and described, as of queues and topics: nothing
/// here is encrypted, and there is no KMS that a key could be looked up in.
final class StreamEncryption {
  private final Streams streams;

  StreamEncryption(Streams streams) {
    this.streams = streams;
  }

  void register(Api api) {
    api.on(StartStreamEncryptionRequest.class, this::start)
        .resource(r -> Streams.arn(r.streamName(), r.streamARN()));
    api.on(StopStreamEncryptionRequest.class, this::stop)
        .resource(r -> Streams.arn(r.streamName(), r.streamARN()));
  }

  private StartStreamEncryptionResponse start(StartStreamEncryptionRequest request) {
    check(request.encryptionType(), request.encryptionTypeAsString(), request.keyId());
    var stream = streams.stream(request.streamName(), request.streamARN());
    streams.change(stream, now -> now.withEncryption(request.keyId()));
    return StartStreamEncryptionResponse.builder().build();
  }

  private StopStreamEncryptionResponse stop(StopStreamEncryptionRequest request) {
    check(request.encryptionType(), request.encryptionTypeAsString(), request.keyId());
    var stream = streams.stream(request.streamName(), request.streamARN());
    streams.change(stream, now -> now.withEncryption(null));
    return StopStreamEncryptionResponse.builder().build();
  }

  /// Source: Kinesis API reference, "StartStreamEncryption": the only valid type is KMS.
  private static void check(@Nullable EncryptionType type, String text, String key) {
    if (type != EncryptionType.KMS) {
      throw KinesisFailures.invalid("EncryptionType: expected KMS, got " + text);
    }
    if (key.isEmpty()) {
      throw KinesisFailures.invalid("KeyId: expected a key, got none");
    }
  }
}
