// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.AttributePayload;
import software.amazon.awssdk.services.iot.model.CreateThingRequest;
import software.amazon.awssdk.services.iot.model.CreateThingResponse;
import software.amazon.awssdk.services.iot.model.DeleteThingRequest;
import software.amazon.awssdk.services.iot.model.DeleteThingResponse;
import software.amazon.awssdk.services.iot.model.DescribeThingRequest;
import software.amazon.awssdk.services.iot.model.DescribeThingResponse;
import software.amazon.awssdk.services.iot.model.ListThingsRequest;
import software.amazon.awssdk.services.iot.model.ListThingsResponse;
import software.amazon.awssdk.services.iot.model.ThingAttribute;
import software.amazon.awssdk.services.iot.model.UpdateThingRequest;
import software.amazon.awssdk.services.iot.model.UpdateThingResponse;

/// The registry's things.
///
/// Source: AWS IoT Core Developer Guide, "Managing things with AWS IoT".
public final class Things {
  private static final int MOST_ATTRIBUTES = 50;
  private static final int MOST_WITHOUT_TYPE = 3;

  private final MVMap<String, Thing> things;
  private final ThingTypes types;
  private final Links principals;
  private final StackInfo info;
  private final Supplier<String> ids;
  private final RegistryVersion version;
  private volatile Consumer<String> deleted = _ -> {};

  Things(
      Store store,
      ThingTypes types,
      Links principals,
      StackInfo info,
      Supplier<String> ids,
      RegistryVersion version) {
    this.things = store.map("iot/things", Thing.class);
    this.types = types;
    this.principals = principals;
    this.info = info;
    this.ids = ids;
    this.version = version;
  }

  void register(Api api) {
    api.on(CreateThingRequest.class, this::createThing).resource(r -> arn(r.thingName()));
    api.on(UpdateThingRequest.class, this::updateThing).resource(r -> arn(r.thingName()));
    api.on(DescribeThingRequest.class, this::describeThing).resource(r -> arn(r.thingName()));
    api.on(DeleteThingRequest.class, this::deleteThing).resource(r -> arn(r.thingName()));
    api.on(ListThingsRequest.class, this::listThings);
  }

  /// Called with the name of a thing that is no more.
  void whenDeleted(Consumer<String> listener) {
    deleted = listener;
  }

  public Optional<Thing> find(String name) {
    return Optional.ofNullable(things.get(name));
  }

  Thing get(String name) {
    return find(name).orElseThrow(() -> IotFailures.noThing(name));
  }

  Collection<Thing> all() {
    return things.values();
  }

  String arn(String name) {
    return info.arn("iot", "thing/" + name);
  }

  private synchronized CreateThingResponse createThing(CreateThingRequest request) {
    String name = request.thingName();
    String type = request.thingTypeName();
    if (type != null) {
      types.requireUsable(type);
    }
    Map<String, String> attributes = merged(Map.of(), request.attributePayload());
    checkAttributes(attributes, type);
    Thing old = things.get(name);
    if (old != null && !(Objects.equals(old.type(), type) && old.attributes().equals(attributes))) {
      throw IotFailures.exists("Thing", name, arn(name));
    }
    Thing thing = old == null ? new Thing(name, ids.get(), type, attributes, 1) : old;
    things.put(name, thing);
    version.changed();
    return CreateThingResponse.builder()
        .thingName(name)
        .thingArn(arn(name))
        .thingId(thing.id())
        .build();
  }

  private static Map<String, String> merged(
      Map<String, String> old, @Nullable AttributePayload payload) {
    if (payload == null || !payload.hasAttributes()) {
      return old;
    }
    var result = new TreeMap<String, String>();
    if (Boolean.TRUE.equals(payload.merge())) {
      result.putAll(old);
    }
    payload
        .attributes()
        .forEach((key, value) -> {
          if (value == null || value.isEmpty()) {
            result.remove(key);
          } else {
            result.put(key, value);
          }
        });
    return result;
  }

  private static void checkAttributes(Map<String, String> attributes, @Nullable String type) {
    int most = type == null ? MOST_WITHOUT_TYPE : MOST_ATTRIBUTES;
    if (attributes.size() > most) {
      throw AwsFailure.invalidRequest(
          "A thing "
              + (type == null ? "without a thing type" : "with a thing type")
              + " has at most "
              + most
              + " attributes, but "
              + attributes.size()
              + " were given");
    }
  }

  private synchronized UpdateThingResponse updateThing(UpdateThingRequest request) {
    Thing old = get(request.thingName());
    checkVersion(old, request.expectedVersion());
    String type = request.thingTypeName() == null ? old.type() : request.thingTypeName();
    if (request.thingTypeName() != null) {
      types.requireUsable(request.thingTypeName());
    }
    if (Boolean.TRUE.equals(request.removeThingType())) {
      type = null;
    }
    Map<String, String> attributes = merged(old.attributes(), request.attributePayload());
    checkAttributes(attributes, type);
    things.put(old.name(), new Thing(old.name(), old.id(), type, attributes, old.version() + 1));
    version.changed();
    return UpdateThingResponse.builder().build();
  }

  private static void checkVersion(Thing thing, @Nullable Long expected) {
    if (expected != null && expected != thing.version()) {
      throw IotFailures.versionConflict("thing", thing.name(), expected, thing.version());
    }
  }

  private DescribeThingResponse describeThing(DescribeThingRequest request) {
    Thing thing = get(request.thingName());
    return DescribeThingResponse.builder()
        .defaultClientId(thing.name())
        .thingName(thing.name())
        .thingId(thing.id())
        .thingArn(arn(thing.name()))
        .thingTypeName(thing.type())
        .attributes(thing.attributes())
        .version(thing.version())
        .build();
  }

  /// Succeeds where the thing does not exist, as AWS does.
  private synchronized DeleteThingResponse deleteThing(DeleteThingRequest request) {
    Thing thing = things.get(request.thingName());
    if (thing != null) {
      checkVersion(thing, request.expectedVersion());
      if (!principals.rightsOf(thing.name()).isEmpty()) {
        throw AwsFailure.invalidRequest(
            "Cannot delete. Thing "
                + thing.name()
                + " is still attached to one or more principals");
      }
      things.remove(thing.name());
      version.changed();
      deleted.accept(thing.name());
    }
    return DeleteThingResponse.builder().build();
  }

  private ListThingsResponse listThings(ListThingsRequest request) {
    var selected = things.values().stream().filter(t -> isSelected(t, request)).toList();
    var page = Page.of(selected, Thing::name, request.maxResults(), request.nextToken());
    return ListThingsResponse.builder()
        .things(page.items().stream().map(this::item).toList())
        .nextToken(page.next())
        .build();
  }

  private static boolean isSelected(Thing thing, ListThingsRequest request) {
    if (request.thingTypeName() != null && !request.thingTypeName().equals(thing.type())) {
      return false;
    }
    if (request.attributeName() == null) {
      return true;
    }
    String value = thing.attributes().get(request.attributeName());
    if (value == null || request.attributeValue() == null) {
      return value != null;
    }
    return Boolean.TRUE.equals(request.usePrefixAttributeValue())
        ? value.startsWith(request.attributeValue())
        : value.equals(request.attributeValue());
  }

  private ThingAttribute item(Thing thing) {
    return ThingAttribute.builder()
        .thingName(thing.name())
        .thingArn(arn(thing.name()))
        .thingTypeName(thing.type())
        .attributes(thing.attributes())
        .version(thing.version())
        .build();
  }
}
