// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.model.*;

/// AWS::Kinesis::Stream.
final class StreamTypes {
  /// Source: CloudFormation reference, "AWS::Kinesis::Stream": 24 hours unless told.
  private static final int USUAL_HOURS = 24;

  private static final Set<String> NOT_IN_CREATE =
      Set.of("Name", "RetentionPeriodHours", "StreamEncryption");

  private final Api api;

  StreamTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::Kinesis::Stream",
        TaggedType.byItself(
            CallType.of(this::createStream, this::updateStream, this::deleteStream, "Name")));
  }

  private Made createStream(Wanted w) {
    JsonNode p = w.properties();
    String name = p.path("Name").asText(w.uniqueName());
    var request = PropertyMapper.fill(CreateStreamRequest.builder(), p, NOT_IN_CREATE);
    boolean onDemand =
        p.path("StreamModeDetails").path("StreamMode").asText("").equals("ON_DEMAND");
    if (!onDemand && !p.has("ShardCount")) {
      // Assumed: a template that says nothing gets one shard.
      request.shardCount(1);
    }
    api.call(request.streamName(name).build(), CreateStreamResponse.class);
    setRetention(name, p);
    setEncryption(name, p);
    return made(name);
  }

  private Made updateStream(Wanted w, String name, JsonNode old) {
    JsonNode p = w.properties();
    // What cannot be made of them cannot be changed into them either.
    PropertyMapper.fill(CreateStreamRequest.builder(), p, NOT_IN_CREATE);
    if (!p.path("ShardCount").equals(old.path("ShardCount"))) {
      api.call(
          UpdateShardCountRequest.builder()
              .streamName(name)
              .targetShardCount(p.path("ShardCount").asInt(1))
              .scalingType(ScalingType.UNIFORM_SCALING)
              .build(),
          UpdateShardCountResponse.class);
    }
    if (!p.path("StreamModeDetails").equals(old.path("StreamModeDetails"))) {
      api.call(UpdateStreamModeRequest.builder().build(), UpdateStreamModeResponse.class);
    }
    setRetention(name, p);
    setEncryption(name, p);
    setTags(name, p.path("Tags"), old.path("Tags"));
    return made(name);
  }

  private void setRetention(String name, JsonNode p) {
    int wanted = p.path("RetentionPeriodHours").asInt(USUAL_HOURS);
    int now =
        api.call(
                DescribeStreamSummaryRequest.builder().streamName(name).build(),
                DescribeStreamSummaryResponse.class)
            .streamDescriptionSummary()
            .retentionPeriodHours();
    if (wanted > now) {
      api.call(
          IncreaseStreamRetentionPeriodRequest.builder()
              .streamName(name)
              .retentionPeriodHours(wanted)
              .build(),
          IncreaseStreamRetentionPeriodResponse.class);
    } else if (wanted < now) {
      api.call(
          DecreaseStreamRetentionPeriodRequest.builder()
              .streamName(name)
              .retentionPeriodHours(wanted)
              .build(),
          DecreaseStreamRetentionPeriodResponse.class);
    }
  }

  private void setEncryption(String name, JsonNode p) {
    var now =
        api.call(
                DescribeStreamSummaryRequest.builder().streamName(name).build(),
                DescribeStreamSummaryResponse.class)
            .streamDescriptionSummary();
    JsonNode wanted = p.path("StreamEncryption");
    if (wanted.isObject() && !wanted.path("KeyId").asText().equals(now.keyId())) {
      api.call(
          PropertyMapper.fill(StartStreamEncryptionRequest.builder(), wanted)
              .streamName(name)
              .build(),
          StartStreamEncryptionResponse.class);
    } else if (!wanted.isObject() && now.encryptionType() == EncryptionType.KMS) {
      api.call(
          StopStreamEncryptionRequest.builder()
              .streamName(name)
              .encryptionType(EncryptionType.KMS)
              .keyId(now.keyId())
              .build(),
          StopStreamEncryptionResponse.class);
    }
  }

  private void setTags(String name, JsonNode wanted, JsonNode old) {
    Map<String, String> tags = MessagingTypes.tags(wanted);
    List<String> gone = MessagingTypes.removedTags(wanted, old);
    if (!gone.isEmpty()) {
      api.call(
          RemoveTagsFromStreamRequest.builder().streamName(name).tagKeys(gone).build(),
          RemoveTagsFromStreamResponse.class);
    }
    if (!tags.isEmpty()) {
      api.call(
          AddTagsToStreamRequest.builder().streamName(name).tags(tags).build(),
          AddTagsToStreamResponse.class);
    }
  }

  private Made made(String name) {
    String arn =
        api.call(
                DescribeStreamSummaryRequest.builder().streamName(name).build(),
                DescribeStreamSummaryResponse.class)
            .streamDescriptionSummary()
            .streamARN();
    return new Made(name, Map.of("Arn", arn));
  }

  private void deleteStream(Wanted w, String name) {
    api.call(DeleteStreamRequest.builder().streamName(name).build(), DeleteStreamResponse.class);
  }
}
