// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.CreateThingTypeRequest;
import software.amazon.awssdk.services.iot.model.CreateThingTypeResponse;
import software.amazon.awssdk.services.iot.model.DeleteThingTypeRequest;
import software.amazon.awssdk.services.iot.model.DeleteThingTypeResponse;
import software.amazon.awssdk.services.iot.model.DeprecateThingTypeRequest;
import software.amazon.awssdk.services.iot.model.DeprecateThingTypeResponse;
import software.amazon.awssdk.services.iot.model.DescribeThingTypeRequest;
import software.amazon.awssdk.services.iot.model.DescribeThingTypeResponse;
import software.amazon.awssdk.services.iot.model.ListThingTypesRequest;
import software.amazon.awssdk.services.iot.model.ListThingTypesResponse;
import software.amazon.awssdk.services.iot.model.ThingTypeDefinition;
import software.amazon.awssdk.services.iot.model.ThingTypeMetadata;
import software.amazon.awssdk.services.iot.model.ThingTypeProperties;

/// Thing types: created, deprecated, deleted five minutes after.
final class ThingTypes {
  private static final Duration BEFORE_DELETE = Duration.ofMinutes(5);

  private final MVMap<String, ThingType> types;
  private final StackInfo info;
  private final StackClock clock;
  private final Tags tags;
  private final Supplier<String> ids;

  ThingTypes(Store store, StackInfo info, StackClock clock, Tags tags, Supplier<String> ids) {
    this.types = store.map("iot/thing-types", ThingType.class);
    this.info = info;
    this.clock = clock;
    this.tags = tags;
    this.ids = ids;
  }

  /// A thing type as it is kept.
  record ThingType(
      String name,
      String id,
      @Nullable String description,
      List<String> searchableAttributes,
      Instant createdAt,
      @Nullable Instant deprecatedAt) {}

  /// @param isUsed whether a thing has the type
  void register(Api api, Predicate<String> isUsed) {
    api.on(CreateThingTypeRequest.class, this::createThingType)
        .resource(r -> arn(r.thingTypeName()));
    api.on(DescribeThingTypeRequest.class, this::describeThingType)
        .resource(r -> arn(r.thingTypeName()));
    api.on(DeprecateThingTypeRequest.class, this::deprecateThingType)
        .resource(r -> arn(r.thingTypeName()));
    api.on(DeleteThingTypeRequest.class, r -> deleteThingType(r, isUsed))
        .resource(r -> arn(r.thingTypeName()));
    api.on(ListThingTypesRequest.class, this::listThingTypes);
  }

  private String arn(String name) {
    return info.arn("iot", "thingtype/" + name);
  }

  private ThingType get(String name) {
    ThingType type = types.get(name);
    if (type == null) {
      throw AwsFailure.notFound("Thing type " + name + " not found.");
    }
    return type;
  }

  void requireUsable(String name) {
    if (get(name).deprecatedAt() != null) {
      throw AwsFailure.invalidRequest(
          "Can not create new thing with deprecated thing type:" + name);
    }
  }

  private synchronized CreateThingTypeResponse createThingType(CreateThingTypeRequest request) {
    String name = request.thingTypeName();
    ThingTypeProperties given = request.thingTypeProperties();
    String description = given == null ? null : given.thingTypeDescription();
    List<String> searchable = given == null ? List.of() : given.searchableAttributes();
    ThingType old = types.get(name);
    if (old != null) {
      boolean same =
          java.util.Objects.equals(old.description(), description)
              && old.searchableAttributes().equals(searchable);
      if (!same) {
        throw IotFailures.exists("Thing type", name, arn(name));
      }
    }
    ThingType type =
        old == null
            ? new ThingType(name, ids.get(), description, searchable, clock.instant(), null)
            : old;
    types.put(name, type);
    tags.put(arn(name), request.tags());
    return CreateThingTypeResponse.builder()
        .thingTypeName(name)
        .thingTypeArn(arn(name))
        .thingTypeId(type.id())
        .build();
  }

  private DescribeThingTypeResponse describeThingType(DescribeThingTypeRequest request) {
    ThingType type = get(request.thingTypeName());
    return DescribeThingTypeResponse.builder()
        .thingTypeName(type.name())
        .thingTypeArn(arn(type.name()))
        .thingTypeId(type.id())
        .thingTypeProperties(properties(type))
        .thingTypeMetadata(metadata(type))
        .build();
  }

  private static ThingTypeProperties properties(ThingType type) {
    return ThingTypeProperties.builder()
        .thingTypeDescription(type.description())
        .searchableAttributes(type.searchableAttributes())
        .build();
  }

  private static ThingTypeMetadata metadata(ThingType type) {
    return ThingTypeMetadata.builder()
        .deprecated(type.deprecatedAt() != null)
        .deprecationDate(type.deprecatedAt())
        .creationDate(type.createdAt())
        .build();
  }

  private synchronized DeprecateThingTypeResponse deprecateThingType(
      DeprecateThingTypeRequest request) {
    ThingType t = get(request.thingTypeName());
    Instant at = Boolean.TRUE.equals(request.undoDeprecate()) ? null : clock.instant();
    types.put(
        t.name(),
        new ThingType(
            t.name(), t.id(), t.description(), t.searchableAttributes(), t.createdAt(), at));
    return DeprecateThingTypeResponse.builder().build();
  }

  /// Differs from AWS: there CloudFormation waits for five minutes between the two.
  private static boolean isCloudFormation() {
    return "cloudformation.amazonaws.com".equals(Caller.current().context().get("aws:CalledVia"));
  }

  private synchronized DeleteThingTypeResponse deleteThingType(
      DeleteThingTypeRequest request, Predicate<String> isUsed) {
    ThingType type = get(request.thingTypeName());
    Instant deprecated = type.deprecatedAt();
    if (deprecated == null) {
      throw AwsFailure.invalidRequest(
          "Can not delete thing type: " + type.name() + ". It is not deprecated.");
    }
    if (!isCloudFormation() && clock.instant().isBefore(deprecated.plus(BEFORE_DELETE))) {
      throw AwsFailure.invalidRequest(
          "Please wait for 5 minutes after deprecation and then retry deletion of thing type : "
              + type.name());
    }
    if (isUsed.test(type.name())) {
      throw AwsFailure.invalidRequest(
          "Can not delete thing type: " + type.name() + ". It still has associated things.");
    }
    types.remove(type.name());
    tags.forget(arn(type.name()));
    return DeleteThingTypeResponse.builder().build();
  }

  private ListThingTypesResponse listThingTypes(ListThingTypesRequest request) {
    var selected =
        types.values().stream()
            .filter(
                t -> request.thingTypeName() == null || t.name().equals(request.thingTypeName()))
            .toList();
    var page = Page.of(selected, ThingType::name, request.maxResults(), request.nextToken());
    return ListThingTypesResponse.builder()
        .thingTypes(page.items().stream().map(this::item).toList())
        .nextToken(page.next())
        .build();
  }

  private ThingTypeDefinition item(ThingType type) {
    return ThingTypeDefinition.builder()
        .thingTypeName(type.name())
        .thingTypeArn(arn(type.name()))
        .thingTypeProperties(properties(type))
        .thingTypeMetadata(metadata(type))
        .build();
  }
}
