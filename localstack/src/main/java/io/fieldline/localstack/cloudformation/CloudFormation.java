// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;

/// The service as a whole.
public final class CloudFormation {
  private final Store store;
  private final StackInfo stack;
  private final StackClock clock;
  private final ResourceTypes types;

  public CloudFormation(Store store, StackInfo stack, StackClock clock, ResourceTypes types) {
    this.store = store;
    this.stack = stack;
    this.clock = clock;
    this.types = types;
  }

  public void register(Api api) {
    var records = new StackRecords(store, clock);
    records.failInterrupted();
    var deployments = new Deployments(api, records, types, stack, clock);
    var stacks = new Stacks(api, records, deployments, stack, clock);
    stacks.register();
    new StackResources(records, stacks).register(api);
    new ChangeSets(api, store, records, stacks, deployments, stack, clock).register();
  }
}
