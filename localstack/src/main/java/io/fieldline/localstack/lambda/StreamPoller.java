// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

/// Feeds a function from one stream: one {@link ShardPoller} a shard, so that each shard's records
/// keep their order.
final class StreamPoller implements EventSource.Poller {
  private static final System.Logger LOG = System.getLogger(StreamPoller.class.getName());
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

  private final Api api;
  private final EventSource source;
  private final FunctionRecords records;
  private final FunctionRoles roles;
  private final Function<String, ShardPoller> shardPoller;
  private final List<ShardPoller> shards = new ArrayList<>();
  private final Thread thread;
  private boolean closed;

  StreamPoller(
      Api api,
      EventSource source,
      FunctionRecords records,
      FunctionRoles roles,
      Function<String, ShardPoller> shardPoller) {
    this.api = api;
    this.source = source;
    this.records = records;
    this.roles = roles;
    this.shardPoller = shardPoller;
    this.thread = Thread.ofVirtual().name("poller-" + source.arn()).start(this::find);
  }

  /// The shards of a stream never change here: they are asked for until they are known.
  private void find() {
    String lastFailure = "";
    while (!Thread.currentThread().isInterrupted()) {
      try {
        start(shards());
        return;
      } catch (AwsFailure e) {
        if (!e.message().equals(lastFailure)) {
          LOG.log(System.Logger.Level.WARNING, "polling " + source.arn() + ": " + e.message());
          lastFailure = e.message();
        }
        try {
          Thread.sleep(PAUSE_AFTER_ERROR);
        } catch (InterruptedException closing) {
          return;
        }
      }
    }
  }

  private List<String> shards() {
    var role = roles.of(records.get(FunctionName.of(source.function())));
    var ids = new ArrayList<String>();
    var request = ListShardsRequest.builder().streamARN(source.arn()).build();
    while (true) {
      var page = api.call(role, request, ListShardsResponse.class);
      page.shards().stream().map(Shard::shardId).forEach(ids::add);
      if (page.nextToken() == null) {
        return ids;
      }
      request = ListShardsRequest.builder().nextToken(page.nextToken()).build();
    }
  }

  private synchronized void start(List<String> ids) {
    if (!closed) {
      ids.forEach(id -> shards.add(shardPoller.apply(id)));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    thread.interrupt();
    shards.forEach(ShardPoller::close);
  }
}
