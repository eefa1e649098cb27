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
import software.amazon.awssdk.services.firehose.model.*;

/// AWS::KinesisFirehose::DeliveryStream.
final class FirehoseTypes {
  private static final Set<String> IN_UPDATE =
      Set.of(
          "DeliveryStreamName",
          "DeliveryStreamType",
          "S3DestinationConfiguration",
          "ExtendedS3DestinationConfiguration",
          "DeliveryStreamEncryptionConfigurationInput",
          "Tags");

  private final Api api;

  FirehoseTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::KinesisFirehose::DeliveryStream",
        TaggedType.byItself(
            CallType.of(
                this::create,
                this::update,
                this::delete,
                "DeliveryStreamName",
                "DeliveryStreamType")));
  }

  private Made create(Wanted w) {
    String name = w.properties().path("DeliveryStreamName").asText(w.uniqueName());
    String arn =
        api.call(
                PropertyMapper.fill(CreateDeliveryStreamRequest.builder(), w.properties())
                    .deliveryStreamName(name)
                    .build(),
                CreateDeliveryStreamResponse.class)
            .deliveryStreamARN();
    return new Made(name, Map.of("Arn", arn));
  }

  private Made update(Wanted w, String name, JsonNode old) {
    JsonNode p = w.properties();
    String encryption = "DeliveryStreamEncryptionConfigurationInput";
    if (!p.path(encryption).equals(old.path(encryption))) {
      api.call(
          StartDeliveryStreamEncryptionRequest.builder().deliveryStreamName(name).build(),
          StartDeliveryStreamEncryptionResponse.class);
    }
    // Of what is not known, the request says so.
    PropertyMapper.fill(CreateDeliveryStreamRequest.builder(), p, IN_UPDATE);
    var stream =
        api.call(
                DescribeDeliveryStreamRequest.builder().deliveryStreamName(name).build(),
                DescribeDeliveryStreamResponse.class)
            .deliveryStreamDescription();
    var request =
        UpdateDestinationRequest.builder()
            .deliveryStreamName(name)
            .currentDeliveryStreamVersionId(stream.versionId())
            .destinationId(stream.destinations().getFirst().destinationId());
    // Source: CloudFormation reference, "AWS::KinesisFirehose::DeliveryStream": a destination is
    // changed without interruption; a plain one may become an extended one.
    JsonNode extended = p.path("ExtendedS3DestinationConfiguration");
    JsonNode destination =
        extended.isMissingNode() ? p.path("S3DestinationConfiguration") : extended;
    request.extendedS3DestinationUpdate(
        PropertyMapper.fill(ExtendedS3DestinationUpdate.builder(), destination).build());
    api.call(request.build(), UpdateDestinationResponse.class);
    setTags(name, p.path("Tags"), old.path("Tags"));
    return new Made(name, Map.of("Arn", stream.deliveryStreamARN()));
  }

  private void setTags(String name, JsonNode wanted, JsonNode old) {
    Map<String, String> tags = MessagingTypes.tags(wanted);
    List<String> gone = MessagingTypes.removedTags(wanted, old);
    if (!gone.isEmpty()) {
      api.call(
          UntagDeliveryStreamRequest.builder().deliveryStreamName(name).tagKeys(gone).build(),
          UntagDeliveryStreamResponse.class);
    }
    List<Tag> list =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    if (!list.isEmpty()) {
      api.call(
          TagDeliveryStreamRequest.builder().deliveryStreamName(name).tags(list).build(),
          TagDeliveryStreamResponse.class);
    }
  }

  private void delete(Wanted w, String name) {
    api.call(
        DeleteDeliveryStreamRequest.builder().deliveryStreamName(name).build(),
        DeleteDeliveryStreamResponse.class);
  }
}
