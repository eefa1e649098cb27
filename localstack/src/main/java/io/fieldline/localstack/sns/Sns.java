// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.wire.WireResponse;
import java.util.function.Supplier;

/// SNS: its topics, their subscriptions, and what is published.
public final class Sns implements AutoCloseable {
  private final Topics topics;
  private final Subscriptions subscriptions;
  private final Signer signer;
  private final Envelopes envelopes;
  private final HttpPosts http = new HttpPosts();
  private final StackClock clock;
  private final Timers timers;
  private final Supplier<String> newId;

  /// @param newId a fresh unique text, for messages, subscriptions and tokens
  public Sns(
      Store store, StackInfo stack, StackClock clock, Timers timers, Supplier<String> newId) {
    this.topics = new Topics(store);
    this.subscriptions = new Subscriptions(store, topics, clock, newId);
    this.signer = new Signer(store);
    this.envelopes = new Envelopes(signer, stack);
    this.clock = clock;
    this.timers = timers;
    this.newId = newId;
  }

  public void register(Api api, WebPaths webPaths) {
    var delivery = new Delivery(api, subscriptions, envelopes, http, clock, timers);
    topics.register(api, subscriptions);
    subscriptions.register(
        api,
        pending -> delivery.handshake(pending, topics.existing(pending.topicArn()), newId.get()));
    new Publishing(topics, clock, newId, delivery::deliver).register(api);
    webPaths.add((_, path, _) ->
        signer.certificate(path).map(pem -> WireResponse.text(200, "application/x-pem-file", pem)));
  }

  @Override
  public void close() {
    http.close();
  }
}
