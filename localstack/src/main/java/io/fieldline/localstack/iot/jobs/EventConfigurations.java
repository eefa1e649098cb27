// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.Configuration;
import software.amazon.awssdk.services.iot.model.DescribeEventConfigurationsRequest;
import software.amazon.awssdk.services.iot.model.DescribeEventConfigurationsResponse;
import software.amazon.awssdk.services.iot.model.EventType;
import software.amazon.awssdk.services.iot.model.UpdateEventConfigurationsRequest;
import software.amazon.awssdk.services.iot.model.UpdateEventConfigurationsResponse;

/// Which events the account wants. This stack has those of jobs and of their executions; to switch
/// on any other is refused.
final class EventConfigurations {
  private static final Set<String> OFFERED = Set.of("JOB", "JOB_EXECUTION");
  private static final String KEY = "account";

  private final MVMap<String, Kept> kept;
  private final StackClock clock;

  /// What is kept.
  record Kept(Map<String, Boolean> on, Instant createdAt, Instant modifiedAt) {}

  EventConfigurations(Store store, StackClock clock) {
    this.kept = store.map("iot/event-configurations", Kept.class);
    this.clock = clock;
  }

  void register(Api api) {
    api.on(UpdateEventConfigurationsRequest.class, this::update);
    api.on(DescribeEventConfigurationsRequest.class, _ -> describe());
  }

  boolean isOn(String type) {
    @Nullable Kept now = kept.get(KEY);
    return now != null && Boolean.TRUE.equals(now.on().get(type));
  }

  private synchronized UpdateEventConfigurationsResponse update(
      UpdateEventConfigurationsRequest request) {
    @Nullable Kept before = kept.get(KEY);
    var on = new HashMap<String, Boolean>(before == null ? Map.of() : before.on());
    request
        .eventConfigurationsAsStrings()
        .forEach((type, configuration) -> {
          boolean enabled = Boolean.TRUE.equals(configuration.enabled());
          if (enabled && !OFFERED.contains(type)) {
            throw AwsFailure.invalidRequest(
                "This local stack publishes no events of " + type + ", only of " + OFFERED);
          }
          on.put(type, enabled);
        });
    Instant now = clock.instant();
    kept.put(KEY, new Kept(on, before == null ? now : before.createdAt(), now));
    return UpdateEventConfigurationsResponse.builder().build();
  }

  private DescribeEventConfigurationsResponse describe() {
    var all = new HashMap<String, Configuration>();
    for (EventType type : EventType.knownValues()) {
      all.put(type.toString(), Configuration.builder().enabled(isOn(type.toString())).build());
    }
    @Nullable Kept now = kept.get(KEY);
    return DescribeEventConfigurationsResponse.builder()
        .eventConfigurationsWithStrings(all)
        .creationDate(now == null ? null : now.createdAt())
        .lastModifiedDate(now == null ? null : now.modifiedAt())
        .build();
  }
}
