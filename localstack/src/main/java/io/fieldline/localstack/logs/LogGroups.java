// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceResponse;

/// Log groups: made, described, tagged, deleted; how long their events stay.
final class LogGroups {
  private static final Set<Integer> RETENTION_DAYS =
      Set.of(
          1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
          2922, 3288, 3653);
  private static final int PAGE = 50;

  private final MVMap<String, LogGroup> groups;
  private final LogStreams streams;
  private final InstantSource clock;

  LogGroups(Store store, LogStreams streams, InstantSource clock) {
    this.groups = store.map("logs.groups", LogGroup.class);
    this.streams = streams;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(CreateLogGroupRequest.class, this::create).resource(r -> resource(r.logGroupName(), ""));
    api.on(DeleteLogGroupRequest.class, this::delete).resource(r -> resource(r.logGroupName(), ""));
    api.on(DescribeLogGroupsRequest.class, this::describe).resource(_ -> resource("", ""));
    api.on(PutRetentionPolicyRequest.class, this::retain)
        .resource(r -> resource(r.logGroupName(), ""));
    api.on(DeleteRetentionPolicyRequest.class, this::retainForEver)
        .resource(r -> resource(r.logGroupName(), ""));
    api.on(TagResourceRequest.class, this::tag).resource(r -> r.resourceArn());
    api.on(UntagResourceRequest.class, this::untag).resource(r -> r.resourceArn());
    api.on(ListTagsForResourceRequest.class, this::tags).resource(r -> r.resourceArn());
  }

  /// What IAM compares with: the service names group and stream for every call.
  static String resource(@Nullable String group, @Nullable String stream) {
    String name = group == null ? "" : plain(group);
    return Caller.current()
        .arn("logs", "log-group:" + name + ":log-stream:" + (stream == null ? "" : stream));
  }

  /// A group may be named by its ARN, with or without {@code :*}.
  private static String plain(String nameOrArn) {
    if (!nameOrArn.startsWith("arn:")) {
      return nameOrArn;
    }
    String name = nameOrArn.substring(nameOrArn.indexOf(":log-group:") + ":log-group:".length());
    return name.endsWith(":*") ? name.substring(0, name.length() - 2) : name;
  }

  private static String key(String name) {
    return Caller.current().accountId() + "/" + name;
  }

  LogGroup group(@Nullable String nameOrArn) {
    if (nameOrArn == null) {
      throw LogFailures.invalid("Either logGroupName or logGroupIdentifier must be given");
    }
    LogGroup group = groups.get(key(plain(nameOrArn)));
    if (group == null) {
      throw LogFailures.noSuch("group");
    }
    return group;
  }

  private CreateLogGroupResponse create(CreateLogGroupRequest request) {
    Caller caller = Caller.current();
    if (request.kmsKeyId() != null) {
      throw LogFailures.invalid("this local stack does not support kmsKeyId of a log group");
    }
    var group =
        new LogGroup(
            caller.accountId(),
            caller.region(),
            request.logGroupName(),
            null,
            request.tags(),
            clock.millis());
    if (groups.putIfAbsent(group.key(), group) != null) {
      throw LogFailures.exists("group");
    }
    return CreateLogGroupResponse.builder().build();
  }

  private DeleteLogGroupResponse delete(DeleteLogGroupRequest request) {
    LogGroup group = group(request.logGroupName());
    groups.remove(group.key());
    streams.deleteAll(group);
    return DeleteLogGroupResponse.builder().build();
  }

  private DescribeLogGroupsResponse describe(DescribeLogGroupsRequest request) {
    String prefix = request.logGroupNamePrefix() == null ? "" : request.logGroupNamePrefix();
    String part = request.logGroupNamePattern() == null ? "" : request.logGroupNamePattern();
    String from = request.nextToken() == null ? "" : request.nextToken();
    int most = request.limit() == null ? PAGE : request.limit();
    List<LogGroup> found =
        groups.values().stream()
            .filter(g -> g.account().equals(Caller.current().accountId()))
            .filter(g -> g.name().startsWith(prefix) && g.name().contains(part))
            .filter(g -> g.name().compareTo(from) >= 0)
            .limit(most + 1L)
            .toList();
    return DescribeLogGroupsResponse.builder()
        .logGroups(found.stream().limit(most).map(LogGroups::shown).toList())
        .nextToken(found.size() > most ? found.getLast().name() : null)
        .build();
  }

  private static software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup shown(LogGroup g) {
    return software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup.builder()
        .logGroupName(g.name())
        .arn(g.arn() + ":*")
        .logGroupArn(g.arn())
        .creationTime(g.created())
        .retentionInDays(g.retentionDays())
        .logGroupClass("STANDARD")
        .metricFilterCount(0)
        .build();
  }

  private PutRetentionPolicyResponse retain(PutRetentionPolicyRequest request) {
    if (!RETENTION_DAYS.contains(request.retentionInDays())) {
      throw LogFailures.invalid(
          "retentionInDays must be one of "
              + new TreeSet<>(RETENTION_DAYS)
              + ", got "
              + request.retentionInDays());
    }
    LogGroup group = group(request.logGroupName());
    groups.put(group.key(), group.retaining(request.retentionInDays()));
    return PutRetentionPolicyResponse.builder().build();
  }

  private DeleteRetentionPolicyResponse retainForEver(DeleteRetentionPolicyRequest request) {
    LogGroup group = group(request.logGroupName());
    groups.put(group.key(), group.retaining(null));
    return DeleteRetentionPolicyResponse.builder().build();
  }

  private TagResourceResponse tag(TagResourceRequest request) {
    LogGroup group = group(request.resourceArn());
    Map<String, String> tags = new TreeMap<>(group.tags());
    tags.putAll(request.tags());
    groups.put(group.key(), group.tagged(tags));
    return TagResourceResponse.builder().build();
  }

  private UntagResourceResponse untag(UntagResourceRequest request) {
    LogGroup group = group(request.resourceArn());
    Map<String, String> tags = new TreeMap<>(group.tags());
    tags.keySet().removeAll(request.tagKeys());
    groups.put(group.key(), group.tagged(tags));
    return UntagResourceResponse.builder().build();
  }

  private ListTagsForResourceResponse tags(ListTagsForResourceRequest request) {
    return ListTagsForResourceResponse.builder().tags(group(request.resourceArn()).tags()).build();
  }
}
