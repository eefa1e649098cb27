// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.LinkedHashMap;
import software.amazon.awssdk.services.dynamodb.model.*;

/// Time to live, backups' settings and tags of a table.
final class TableSettings {
  private final Tables tables;

  TableSettings(Tables tables) {
    this.tables = tables;
  }

  void register(Api api) {
    api.on(UpdateTimeToLiveRequest.class, r -> tables.locked(() -> updateTtl(r)))
        .resource(r -> tables.arn(r.tableName()));
    api.on(DescribeTimeToLiveRequest.class, this::describeTtl)
        .resource(r -> tables.arn(r.tableName()));
    api.on(UpdateContinuousBackupsRequest.class, r -> tables.locked(() -> updateBackups(r)))
        .resource(r -> tables.arn(r.tableName()));
    api.on(DescribeContinuousBackupsRequest.class, this::describeBackups)
        .resource(r -> tables.arn(r.tableName()));
    api.on(TagResourceRequest.class, r -> tables.locked(() -> tag(r)))
        .resource(TagResourceRequest::resourceArn);
    api.on(UntagResourceRequest.class, r -> tables.locked(() -> untag(r)))
        .resource(UntagResourceRequest::resourceArn);
    api.on(ListTagsOfResourceRequest.class, this::tags)
        .resource(ListTagsOfResourceRequest::resourceArn);
  }

  private UpdateTimeToLiveResponse updateTtl(UpdateTimeToLiveRequest r) {
    Table table = tables.named(r.tableName());
    TimeToLiveSpecification wanted = r.timeToLiveSpecification();
    boolean on = table.record.ttlAttribute() != null;
    if (on == wanted.enabled()) {
      throw AwsFailure.validation("TimeToLive is already " + (on ? "enabled" : "disabled"));
    }
    Table now = tables.save(table.record.withTtl(wanted.enabled() ? wanted.attributeName() : null));
    now.fillExpiry();
    return UpdateTimeToLiveResponse.builder().timeToLiveSpecification(wanted).build();
  }

  private DescribeTimeToLiveResponse describeTtl(DescribeTimeToLiveRequest r) {
    String attribute = tables.named(r.tableName()).record.ttlAttribute();
    return DescribeTimeToLiveResponse.builder()
        .timeToLiveDescription(d ->
            d.attributeName(attribute)
                .timeToLiveStatus(
                    attribute == null ? TimeToLiveStatus.DISABLED : TimeToLiveStatus.ENABLED))
        .build();
  }

  private UpdateContinuousBackupsResponse updateBackups(UpdateContinuousBackupsRequest r) {
    Table table = tables.named(r.tableName());
    boolean on = r.pointInTimeRecoverySpecification().pointInTimeRecoveryEnabled();
    tables.save(table.record.withRecovery(on));
    return UpdateContinuousBackupsResponse.builder()
        .continuousBackupsDescription(backups(on))
        .build();
  }

  private DescribeContinuousBackupsResponse describeBackups(DescribeContinuousBackupsRequest r) {
    boolean on = tables.named(r.tableName()).record.pointInTimeRecovery();
    return DescribeContinuousBackupsResponse.builder()
        .continuousBackupsDescription(backups(on))
        .build();
  }

  private static ContinuousBackupsDescription backups(boolean on) {
    return ContinuousBackupsDescription.builder()
        .continuousBackupsStatus(ContinuousBackupsStatus.ENABLED)
        .pointInTimeRecoveryDescription(p ->
            p.pointInTimeRecoveryStatus(
                on ? PointInTimeRecoveryStatus.ENABLED : PointInTimeRecoveryStatus.DISABLED))
        .build();
  }

  private TagResourceResponse tag(TagResourceRequest r) {
    Table table = tables.named(r.resourceArn());
    var tags = new LinkedHashMap<>(table.record.tags());
    r.tags().forEach(t -> tags.put(t.key(), t.value()));
    tables.save(table.record.withTags(tags));
    return TagResourceResponse.builder().build();
  }

  private UntagResourceResponse untag(UntagResourceRequest r) {
    Table table = tables.named(r.resourceArn());
    var tags = new LinkedHashMap<>(table.record.tags());
    r.tagKeys().forEach(tags::remove);
    tables.save(table.record.withTags(tags));
    return UntagResourceResponse.builder().build();
  }

  private ListTagsOfResourceResponse tags(ListTagsOfResourceRequest r) {
    return ListTagsOfResourceResponse.builder()
        .tags(
            tables.named(r.resourceArn()).record.tags().entrySet().stream()
                .map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build())
                .toList())
        .build();
  }
}
