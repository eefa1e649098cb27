// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.store.Store;
import java.time.Duration;

/// The service as a whole: its nouns, wired.
public final class CodeDeploy {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Store store;
  private final StackInfo stack;
  private final StackClock clock;
  private final Timers timers;

  public CodeDeploy(Store store, StackInfo stack, StackClock clock, Timers timers) {
    this.store = store;
    this.stack = stack;
    this.clock = clock;
    this.timers = timers;
  }

  public void register(Api api) {
    var applications =
        new Applications(store, stack, clock, gone -> DeploymentGroups.forget(store, gone));
    var role = new ServiceRole(api, stack);
    var groups = new DeploymentGroups(store, stack, applications, role);
    var deployments = new Deployments(store, groups, new TrafficShift(role, clock), clock);
    applications.register(api);
    groups.register(api);
    deployments.register(api);
    timers.every(PERIOD, deployments::tick);
  }
}
