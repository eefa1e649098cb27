// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.wire.ModelJson;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.*;

/// Metric alarms: configuration, state and tags. A change of state carries out the actions of the
/// new one, whether {@link AlarmWatch} or SetAlarmState made it; the state that somebody set lasts
/// until the next minute is looked at.
final class Alarms {
  private static final int PAGE = 50;

  private final MVMap<String, Kept> alarms;
  private final ModelJson json = new ModelJson();
  private final StackInfo stack;
  private final InstantSource clock;
  private final AlarmActions actions;

  /// @param model the alarm as DescribeAlarms shows it
  record Kept(String name, String model, Map<String, String> tags) {}

  Alarms(Store store, StackInfo stack, InstantSource clock, AlarmActions actions) {
    this.alarms = store.map("cloudwatch/alarms", Kept.class);
    this.stack = stack;
    this.clock = clock;
    this.actions = actions;
  }

  List<MetricAlarm> all() {
    return alarms.values().stream().map(this::model).toList();
  }

  void register(Api api) {
    api.on(PutMetricAlarmRequest.class, this::put).resource(r -> arn(r.alarmName()));
    api.on(DescribeAlarmsRequest.class, this::describe);
    api.on(DeleteAlarmsRequest.class, this::delete)
        .access(r -> accesses("cloudwatch:DeleteAlarms", r.alarmNames()));
    api.on(SetAlarmStateRequest.class, this::setState).resource(r -> arn(r.alarmName()));
    api.on(EnableAlarmActionsRequest.class, this::enableActions)
        .access(r -> accesses("cloudwatch:EnableAlarmActions", r.alarmNames()));
    api.on(DisableAlarmActionsRequest.class, this::disableActions)
        .access(r -> accesses("cloudwatch:DisableAlarmActions", r.alarmNames()));
    api.on(TagResourceRequest.class, this::tag).resource(TagResourceRequest::resourceARN);
    api.on(UntagResourceRequest.class, this::untag).resource(UntagResourceRequest::resourceARN);
    api.on(ListTagsForResourceRequest.class, this::tags)
        .resource(ListTagsForResourceRequest::resourceARN);
  }

  private String arn(String name) {
    return stack.arn("cloudwatch", "alarm:" + name);
  }

  private List<Access> accesses(String action, List<String> names) {
    return names.stream().map(name -> new Access(action, arn(name))).toList();
  }

  /// An alarm that is there keeps its state and its tags; everything else is replaced.
  private PutMetricAlarmResponse put(PutMetricAlarmRequest request) {
    AlarmRules.check(request);
    String name = request.alarmName();
    Kept old = alarms.get(name);
    MetricAlarm before = old == null ? unchecked() : model(old);
    MetricAlarm alarm =
        configured(request)
            .alarmArn(arn(name))
            .alarmConfigurationUpdatedTimestamp(clock.instant())
            .stateValue(before.stateValueAsString())
            .stateReason(before.stateReason())
            .stateReasonData(before.stateReasonData())
            .stateUpdatedTimestamp(before.stateUpdatedTimestamp())
            .stateTransitionedTimestamp(before.stateTransitionedTimestamp())
            .build();
    keep(alarm, old == null ? byKey(request.tags()) : old.tags());
    return PutMetricAlarmResponse.builder().build();
  }

  private MetricAlarm unchecked() {
    Instant now = clock.instant();
    return MetricAlarm.builder()
        .stateValue(StateValue.INSUFFICIENT_DATA)
        .stateReason("Unchecked: Initial alarm creation")
        .stateUpdatedTimestamp(now)
        .stateTransitionedTimestamp(now)
        .build();
  }

  private static MetricAlarm.Builder configured(PutMetricAlarmRequest r) {
    return MetricAlarm.builder()
        .alarmName(r.alarmName())
        .alarmDescription(r.alarmDescription())
        .actionsEnabled(r.actionsEnabled() == null || r.actionsEnabled())
        .okActions(r.okActions())
        .alarmActions(r.alarmActions())
        .insufficientDataActions(r.insufficientDataActions())
        .metricName(r.metricName())
        .namespace(r.namespace())
        .statistic(r.statisticAsString())
        .extendedStatistic(r.extendedStatistic())
        .dimensions(r.dimensions())
        .period(r.period())
        .unit(r.unitAsString())
        .evaluationPeriods(r.evaluationPeriods())
        .datapointsToAlarm(r.datapointsToAlarm())
        .threshold(r.threshold())
        .comparisonOperator(r.comparisonOperatorAsString())
        .treatMissingData(r.treatMissingData())
        .evaluateLowSampleCountPercentile(r.evaluateLowSampleCountPercentile())
        .metrics(r.hasMetrics() ? r.metrics() : null)
        .thresholdMetricId(r.thresholdMetricId());
  }

  private DescribeAlarmsResponse describe(DescribeAlarmsRequest request) {
    if (request.childrenOfAlarmName() != null || request.parentsOfAlarmName() != null) {
      throw CloudWatchFailures.unsupported(
          "ChildrenOfAlarmName and ParentsOfAlarmName (composite alarms)");
    }
    if (request.hasAlarmTypes() && !request.alarmTypes().contains(AlarmType.METRIC_ALARM)) {
      return DescribeAlarmsResponse.builder().build();
    }
    var found = alarms.values().stream().map(this::model).filter(a -> fits(a, request)).toList();
    int most = request.maxRecords() == null ? PAGE : request.maxRecords();
    var page = Paging.of(found, MetricAlarm::alarmName, request.nextToken(), most);
    return DescribeAlarmsResponse.builder()
        .metricAlarms(page.items())
        .nextToken(page.next())
        .build();
  }

  private static boolean fits(MetricAlarm alarm, DescribeAlarmsRequest request) {
    String prefix = request.alarmNamePrefix();
    String state = request.stateValueAsString();
    String action = request.actionPrefix();
    return (!request.hasAlarmNames() || request.alarmNames().contains(alarm.alarmName()))
        && (prefix == null || alarm.alarmName().startsWith(prefix))
        && (state == null || state.equals(alarm.stateValueAsString()))
        && (action == null || alarm.alarmActions().stream().anyMatch(a -> a.startsWith(action)));
  }

  /// All or none: a name that is not there leaves the others in place.
  private DeleteAlarmsResponse delete(DeleteAlarmsRequest request) {
    request.alarmNames().forEach(this::alarm);
    request.alarmNames().forEach(alarms::remove);
    return DeleteAlarmsResponse.builder().build();
  }

  private SetAlarmStateResponse setState(SetAlarmStateRequest request) {
    alarm(request.alarmName());
    if (request.stateValue() == StateValue.UNKNOWN_TO_SDK_VERSION) {
      throw CloudWatchFailures.invalidValue(
          "StateValue must be one of OK, ALARM, INSUFFICIENT_DATA, got "
              + request.stateValueAsString());
    }
    changed(
        request.alarmName(),
        request.stateValue(),
        request.stateReason(),
        request.stateReasonData());
    return SetAlarmStateResponse.builder().build();
  }

  /// The state that an evaluation came to. One that it has already keeps its reason.
  void transit(String name, StateValue state, String reason) {
    Kept kept = alarms.get(name);
    if (kept != null && model(kept).stateValue() != state) {
      changed(name, state, reason, null);
    }
  }

  private void changed(String name, StateValue state, String reason, @Nullable String data) {
    Kept kept = alarm(name);
    MetricAlarm old = model(kept);
    boolean changes = state != old.stateValue();
    Instant now = clock.instant();
    MetricAlarm alarm =
        old.toBuilder()
            .stateValue(state)
            .stateReason(reason)
            .stateReasonData(data)
            .stateUpdatedTimestamp(now)
            .stateTransitionedTimestamp(changes ? now : old.stateTransitionedTimestamp())
            .build();
    keep(alarm, kept.tags());
    if (changes) {
      actions.carryOut(alarm, old.stateValue());
    }
  }

  private EnableAlarmActionsResponse enableActions(EnableAlarmActionsRequest request) {
    request.alarmNames().forEach(name -> actions(name, true));
    return EnableAlarmActionsResponse.builder().build();
  }

  private DisableAlarmActionsResponse disableActions(DisableAlarmActionsRequest request) {
    request.alarmNames().forEach(name -> actions(name, false));
    return DisableAlarmActionsResponse.builder().build();
  }

  private void actions(String name, boolean enabled) {
    Kept kept = alarms.get(name);
    if (kept != null) {
      keep(model(kept).toBuilder().actionsEnabled(enabled).build(), kept.tags());
    }
  }

  private TagResourceResponse tag(TagResourceRequest request) {
    Kept kept = tagged(request.resourceARN());
    var tags = new TreeMap<>(kept.tags());
    tags.putAll(byKey(request.tags()));
    alarms.put(kept.name(), new Kept(kept.name(), kept.model(), tags));
    return TagResourceResponse.builder().build();
  }

  private UntagResourceResponse untag(UntagResourceRequest request) {
    Kept kept = tagged(request.resourceARN());
    var tags = new TreeMap<>(kept.tags());
    tags.keySet().removeAll(request.tagKeys());
    alarms.put(kept.name(), new Kept(kept.name(), kept.model(), tags));
    return UntagResourceResponse.builder().build();
  }

  private ListTagsForResourceResponse tags(ListTagsForResourceRequest request) {
    return ListTagsForResourceResponse.builder()
        .tags(
            tagged(request.resourceARN()).tags().entrySet().stream()
                .map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build())
                .toList())
        .build();
  }

  private Kept tagged(String arn) {
    String prefix = arn("");
    Kept kept = arn.startsWith(prefix) ? alarms.get(arn.substring(prefix.length())) : null;
    if (kept == null) {
      throw new io.fieldline.localstack.api.AwsFailure(
          "ResourceNotFoundException", 404, "Expected the ARN of an alarm that exists, got " + arn);
    }
    return kept;
  }

  private static Map<String, String> byKey(List<Tag> tags) {
    return tags.stream().collect(Collectors.toMap(Tag::key, Tag::value, (_, b) -> b, TreeMap::new));
  }

  private Kept alarm(@Nullable String name) {
    Kept kept = name == null ? null : alarms.get(name);
    if (kept == null) {
      throw CloudWatchFailures.noSuchAlarm(String.valueOf(name));
    }
    return kept;
  }

  private void keep(MetricAlarm alarm, Map<String, String> tags) {
    alarms.put(alarm.alarmName(), new Kept(alarm.alarmName(), json.write(alarm), tags));
  }

  private MetricAlarm model(Kept kept) {
    return json.read(
        (software.amazon.awssdk.core.SdkPojo) MetricAlarm.builder(),
        MetricAlarm.class,
        kept.model());
  }
}
