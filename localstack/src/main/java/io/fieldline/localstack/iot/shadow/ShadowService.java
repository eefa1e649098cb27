// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.shadow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Step;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iotdataplane.model.DeleteThingShadowRequest;
import software.amazon.awssdk.services.iotdataplane.model.DeleteThingShadowResponse;
import software.amazon.awssdk.services.iotdataplane.model.GetThingShadowRequest;
import software.amazon.awssdk.services.iotdataplane.model.GetThingShadowResponse;
import software.amazon.awssdk.services.iotdataplane.model.ListNamedShadowsForThingRequest;
import software.amazon.awssdk.services.iotdataplane.model.ListNamedShadowsForThingResponse;
import software.amazon.awssdk.services.iotdataplane.model.UpdateThingShadowRequest;
import software.amazon.awssdk.services.iotdataplane.model.UpdateThingShadowResponse;

/// Both doors to the shadows: the REST operations, and the reserved topics.
public final class ShadowService {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9:_-]{1,64}");
  private static final int MOST_NAMES = 100;

  private final Shadows shadows;
  private final StackInfo info;
  private final InstantSource clock;
  private final Store store;
  private final BiConsumer<String, byte[]> publish;

  /// @param publish topic and payload, on the stack's own behalf
  public ShadowService(
      Store store, StackInfo info, InstantSource clock, BiConsumer<String, byte[]> publish) {
    this.shadows = new Shadows(store, clock, (topic, json) -> publish.accept(topic, bytes(json)));
    this.info = info;
    this.clock = clock;
    this.store = store;
    this.publish = publish;
  }

  public void register(Api api) {
    api.on(GetThingShadowRequest.class, this::getThingShadow)
        .resource(r -> arn(r.thingName(), r.shadowName()));
    api.on(UpdateThingShadowRequest.class, this::updateThingShadow)
        .resource(r -> arn(r.thingName(), r.shadowName()));
    api.on(DeleteThingShadowRequest.class, this::deleteThingShadow)
        .resource(r -> arn(r.thingName(), r.shadowName()));
    api.on(ListNamedShadowsForThingRequest.class, this::listNamedShadowsForThing)
        .access(r -> List.of(new Access("iot:ListNamedShadowsForThing", arn(r.thingName(), null))));
  }

  private String arn(String thing, @Nullable String shadow) {
    return info.arn("iot", "thing/" + thing + (shadow == null ? "" : "/" + shadow));
  }

  // --- REST

  private GetThingShadowResponse getThingShadow(GetThingShadowRequest request) {
    return asAws(() ->
        GetThingShadowResponse.builder()
            .payload(
                payload(
                    shadows.get(name(request.thingName(), request.shadowName()), Optional.empty())))
            .build());
  }

  private UpdateThingShadowResponse updateThingShadow(UpdateThingShadowRequest request) {
    return asAws(() ->
        UpdateThingShadowResponse.builder()
            .payload(
                payload(
                    shadows.update(
                        name(request.thingName(), request.shadowName()),
                        ShadowRequest.update(request.payload().asByteArrayUnsafe()))))
            .build());
  }

  private DeleteThingShadowResponse deleteThingShadow(DeleteThingShadowRequest request) {
    return asAws(() ->
        DeleteThingShadowResponse.builder()
            .payload(
                payload(
                    shadows.delete(
                        name(request.thingName(), request.shadowName()), Optional.empty())))
            .build());
  }

  private ListNamedShadowsForThingResponse listNamedShadowsForThing(
      ListNamedShadowsForThingRequest request) {
    int most = request.pageSize() == null ? 25 : Math.min(request.pageSize(), MOST_NAMES);
    List<String> names =
        shadows.names(request.thingName()).stream()
            .filter(n -> request.nextToken() == null || n.compareTo(request.nextToken()) >= 0)
            .toList();
    boolean more = names.size() > most;
    return ListNamedShadowsForThingResponse.builder()
        .results(more ? names.subList(0, most) : names)
        .nextToken(more ? names.get(most) : null)
        .timestamp(clock.instant().getEpochSecond())
        .build();
  }

  private static ShadowName name(String thing, @Nullable String shadow) {
    if (shadow == null) {
      return ShadowName.classic(thing);
    }
    if (!NAME.matcher(shadow).matches()) {
      throw ShadowFailure.badRequest("Invalid shadow name: " + shadow);
    }
    return ShadowName.named(thing, shadow);
  }

  private interface Work<T> {
    T run();
  }

  private static <T> T asAws(Work<T> work) {
    try {
      return work.run();
    } catch (ShadowFailure e) {
      String code =
          switch (e.code()) {
            case 404 -> "ResourceNotFoundException";
            case 409 -> "ConflictException";
            case 413 -> "RequestEntityTooLargeException";
            case 415 -> "UnsupportedDocumentEncodingException";
            default -> "InvalidRequestException";
          };
      throw new AwsFailure(code, e.code(), e.text());
    }
  }

  private static SdkBytes payload(ObjectNode document) {
    return SdkBytes.fromByteArrayUnsafe(bytes(document));
  }

  private static byte[] bytes(ObjectNode document) {
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  // --- Reserved topics

  /// Carries out what a message on a shadow's request topic asks for, and publishes the answer. Any
  /// other message is left alone.
  public void onMessage(String topic, byte[] payload) {
    ShadowTopic.of(topic).ifPresent(asked -> step(asked, payload));
  }

  private void step(ShadowTopic asked, byte[] payload) {
    ShadowName name = asked.shadow();
    Step step =
        Step.current()
            .begin(
                Step.Kind.CALL,
                Step.Lane.SHADOW,
                asked.operation().text() + " shadow",
                arn(name.thing(), name.name().orElse(null)),
                "");
    step.asked(payload);
    step.carry(() -> carryOut(asked, payload, step)).run();
    step.done();
  }

  private void carryOut(ShadowTopic asked, byte[] payload, Step step) {
    ShadowName name = asked.shadow();
    String prefix = name.topic() + "/" + asked.operation().text();
    Optional<String> token = ShadowRequest.tokenOf(payload);
    try {
      name(name.thing(), name.name().orElse(null));
      switch (asked.operation()) {
        case GET -> publish.accept(prefix + "/accepted", bytes(shadows.get(name, token)));
        case UPDATE -> shadows.update(name, ShadowRequest.update(payload));
        case DELETE -> shadows.delete(name, token);
      }
      store.commit();
    } catch (ShadowFailure e) {
      ObjectNode rejected = JsonNodeFactory.instance.objectNode();
      rejected.put("code", e.code()).put("message", e.text());
      rejected.put("timestamp", clock.instant().getEpochSecond());
      token.ifPresent(t -> rejected.put("clientToken", t));
      if (e.code() == 404 && asked.operation() == ShadowTopic.Operation.GET) {
        step.done(e.code() + ": " + e.text());
      } else {
        step.failed(e.code() + ": " + e.text());
      }
      publish.accept(prefix + "/rejected", bytes(rejected));
    }
  }
}
