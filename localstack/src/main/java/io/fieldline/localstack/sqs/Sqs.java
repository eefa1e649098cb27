// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.function.Supplier;

/// SQS: its queues, their messages and redrive.
public final class Sqs {
  private final Queues queues;
  private final Messages messages;
  private final MoveTasks moves;

  /// @param newId a fresh unique text, for message ids and receipts
  public Sqs(Store store, StackInfo stack, InstantSource clock, Supplier<String> newId) {
    queues = new Queues(store, stack, clock);
    messages = new Messages(queues, clock, newId);
    moves = new MoveTasks(queues, clock, newId);
  }

  public void register(Api api) {
    queues.register(api);
    messages.register(api);
    moves.register(api);
  }
}
