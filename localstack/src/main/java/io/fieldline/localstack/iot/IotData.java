// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.iot.mqtt.IotCoreBroker;
import io.fieldline.localstack.iot.rules.Settlement;
import io.fieldline.mqtt.Limits;
import io.fieldline.mqtt.MessageProperties;
import io.fieldline.mqtt.PublishedMessage;
import io.fieldline.mqtt.Qos;
import io.fieldline.mqtt.Retained;
import io.fieldline.mqtt.TopicName;
import io.fieldline.mqtt.TopicSize;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iotdataplane.model.DeleteConnectionRequest;
import software.amazon.awssdk.services.iotdataplane.model.DeleteConnectionResponse;
import software.amazon.awssdk.services.iotdataplane.model.GetRetainedMessageRequest;
import software.amazon.awssdk.services.iotdataplane.model.GetRetainedMessageResponse;
import software.amazon.awssdk.services.iotdataplane.model.ListRetainedMessagesRequest;
import software.amazon.awssdk.services.iotdataplane.model.ListRetainedMessagesResponse;
import software.amazon.awssdk.services.iotdataplane.model.PayloadFormatIndicator;
import software.amazon.awssdk.services.iotdataplane.model.PublishRequest;
import software.amazon.awssdk.services.iotdataplane.model.PublishResponse;
import software.amazon.awssdk.services.iotdataplane.model.RetainedMessageSummary;

/// The data plane over HTTP: publish, retained messages, connections.
///
/// Source: AWS IoT data plane API reference.
final class IotData {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_PAYLOAD_BYTES = 128 * 1024;
  private static final long LONGEST_SECONDS = 30;

  private final StackInfo info;
  private final IotCoreBroker broker;

  IotData(StackInfo info, IotCoreBroker broker) {
    this.info = info;
    this.broker = broker;
  }

  void register(Api api) {
    api.on(PublishRequest.class, this::publish).access(this::publishing);
    api.on(GetRetainedMessageRequest.class, this::getRetainedMessage)
        .resource(r -> topicArn(r.topic()));
    api.on(ListRetainedMessagesRequest.class, this::listRetainedMessages);
    api.on(DeleteConnectionRequest.class, this::deleteConnection)
        .resource(r -> info.arn("iot", "client/" + r.clientId()));
  }

  private String topicArn(String topic) {
    return info.arn("iot", "topic/" + topic);
  }

  private List<Access> publishing(PublishRequest request) {
    var needed = new ArrayList<Access>();
    needed.add(new Access("iot:Publish", topicArn(request.topic())));
    if (Boolean.TRUE.equals(request.retain())) {
      needed.add(new Access("iot:RetainPublish", topicArn(request.topic())));
    }
    return needed;
  }

  private PublishResponse publish(PublishRequest request) {
    if (!TopicName.isValid(request.topic())) {
      throw AwsFailure.invalidRequest("Invalid topic: " + request.topic());
    }
    String wrong = TopicSize.whatIsWrong(request.topic(), Limits.awsIot());
    if (!wrong.isEmpty()) {
      throw AwsFailure.invalidRequest("Invalid topic: " + wrong + ": " + request.topic());
    }
    if (!IotCoreBroker.mayPublish(request.topic(), Boolean.TRUE.equals(request.retain()))) {
      throw new AwsFailure(
          "ForbiddenException", 403, "A reserved topic that may not be published to so");
    }
    byte[] payload =
        request.payload() == null ? new byte[0] : request.payload().asByteArrayUnsafe();
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new AwsFailure(
          "RequestEntityTooLargeException",
          413,
          "The payload exceeds the maximum size allowed: " + MAX_PAYLOAD_BYTES + " bytes");
    }
    int qos = request.qos() == null ? 0 : request.qos();
    if (qos != 0 && qos != 1) {
      throw AwsFailure.invalidRequest("qos is 0 or 1, not " + qos);
    }
    var message =
        new PublishedMessage(
            new TopicName(request.topic()),
            payload,
            qos == 0 ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE,
            Boolean.TRUE.equals(request.retain()),
            properties(request));
    var settled = new CompletableFuture<Void>();
    String principal =
        Caller.current().principal() instanceof Principal.Device device
            ? device.certificateId()
            : Caller.current().principal().arn();
    if (!broker.publishFor(principal, message, () -> settled.complete(null))) {
      throw new AwsFailure("ThrottlingException", 429, "Too many messages wait for a rule");
    }
    // A rule that republishes does not wait here: its own message waits for this one.
    if (message.qos() == Qos.AT_LEAST_ONCE && !Settlement.isWithin()) {
      await(settled);
    }
    return PublishResponse.builder().build();
  }

  private static void await(CompletableFuture<Void> settled) {
    try {
      settled.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AwsFailure(
          "InternalFailureException",
          500,
          "The rules have not finished with the message within " + LONGEST_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsFailure("ServiceUnavailableException", 503, "The stack ends");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  // The checker does not see, in a class file, that an array itself may be null.
  @SuppressWarnings("NullAway")
  private static MessageProperties properties(PublishRequest request) {
    return new MessageProperties(
        request.payloadFormatIndicator() == null
            ? null
            : (request.payloadFormatIndicator() == PayloadFormatIndicator.UTF8_DATA ? 1 : 0),
        request.messageExpiry() == null
            ? null
            : Duration.ofSeconds(Math.max(1, request.messageExpiry())),
        request.contentType(),
        request.responseTopic(),
        request.correlationData() == null ? null : decoded(request.correlationData()),
        userProperties(request.userProperties()));
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw AwsFailure.invalidRequest("base64 was expected, but got: " + base64);
    }
  }

  /// Source: Publish: a JSON array of objects, in base64; some clients send it as it is.
  private static List<MessageProperties.UserProperty> userProperties(@Nullable String given) {
    if (given == null || given.isEmpty()) {
      return List.of();
    }
    String json =
        given.stripLeading().startsWith("[")
            ? given
            : new String(decoded(given), StandardCharsets.UTF_8);
    var found = new ArrayList<MessageProperties.UserProperty>();
    try {
      for (JsonNode object : JSON.readTree(json)) {
        for (Map.Entry<String, JsonNode> pair : object.properties()) {
          found.add(new MessageProperties.UserProperty(pair.getKey(), pair.getValue().asText()));
        }
      }
    } catch (JsonProcessingException e) {
      throw AwsFailure.invalidRequest("userProperties: a JSON array of objects was expected");
    }
    return found;
  }

  private GetRetainedMessageResponse getRetainedMessage(GetRetainedMessageRequest request) {
    Retained retained =
        broker
            .retained(new TopicName(request.topic()))
            .orElseThrow(
                () -> AwsFailure.notFound("No retained message for topic " + request.topic()));
    PublishedMessage message = retained.message();
    var response =
        GetRetainedMessageResponse.builder()
            .topic(message.topic().text())
            .payload(SdkBytes.fromByteArray(message.payload()))
            .qos(message.qos().level())
            .lastModifiedTime(retained.since().toEpochMilli());
    if (!message.properties().userProperties().isEmpty()) {
      var array = JSON.createArrayNode();
      message
          .properties()
          .userProperties()
          .forEach(p -> array.addObject().put(p.name(), p.value()));
      response.userProperties(SdkBytes.fromUtf8String(array.toString()));
    }
    return response.build();
  }

  private ListRetainedMessagesResponse listRetainedMessages(ListRetainedMessagesRequest request) {
    var page =
        Page.of(
            broker.retained(),
            r -> r.message().topic().text(),
            request.maxResults(),
            request.nextToken());
    return ListRetainedMessagesResponse.builder()
        .retainedTopics(page.items().stream().map(IotData::summary).toList())
        .nextToken(page.next())
        .build();
  }

  private static RetainedMessageSummary summary(Retained retained) {
    return RetainedMessageSummary.builder()
        .topic(retained.message().topic().text())
        .payloadSize((long) retained.message().payload().length)
        .qos(retained.message().qos().level())
        .lastModifiedTime(retained.since().toEpochMilli())
        .build();
  }

  private DeleteConnectionResponse deleteConnection(DeleteConnectionRequest request) {
    if (!broker.disconnect(request.clientId())) {
      throw AwsFailure.notFound("The client " + request.clientId() + " is not connected.");
    }
    return DeleteConnectionResponse.builder().build();
  }
}
