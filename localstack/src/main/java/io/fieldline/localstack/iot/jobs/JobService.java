// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.iot.Tags;
import io.fieldline.localstack.iot.mqtt.ReservedRequest;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/// The service as a whole, wired.
public final class JobService {
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Store store;
  private final EventConfigurations events;
  private final JobEngine engine;
  private final Jobs jobs;
  private final Executions executions;
  private final JobsData data;
  private final DeviceJobs devices;

  /// How the broker is reached.
  public interface Broker {
    void publish(String topic, byte[] payload);

    /// To one client alone, subscribed or not.
    void answer(String clientId, String topic, byte[] payload);
  }

  public JobService(
      Api api,
      Store store,
      StackInfo info,
      StackClock clock,
      Tags tags,
      JobTargets targets,
      Broker broker) {
    events = new EventConfigurations(store, clock);
    var kept = new JobStore(store);
    var documents = new JobDocuments(api, info);
    BiConsumer<String, byte[]> publish = broker::publish;
    var notices = new JobNotices(publish, events, clock, targets::thingArn);
    UnaryOperator<String> ofJob =
        id -> documents.forDevice(kept.job(id).orElseThrow(), info.arn("iot", "job/" + id));
    engine = new JobEngine(kept, targets, notices, ofJob, clock);
    jobs = new Jobs(kept, engine, documents, targets, info, clock, tags);
    executions = new Executions(kept, engine, targets, info, clock);
    data = new JobsData(engine, kept, ofJob, targets::thingArn, clock);
    devices = new DeviceJobs(engine, kept, ofJob, clock, store::commit, broker::answer);
    this.store = store;
  }

  /// Begins to look at the clock. The broker must be there.
  public void start(Timers timers) {
    timers.every(
        TICK,
        () -> {
          engine.tick();
          store.commit();
        });
  }

  public void register(Api api) {
    events.register(api);
    jobs.register(api);
    executions.register(api);
    data.register(api);
  }

  /// True where the message was a request of a device.
  public boolean take(ReservedRequest request) {
    return devices.take(request);
  }

  public void thingDeleted(String thing) {
    engine.thingDeleted(thing);
  }

  /// Things have come to groups or left them.
  public void membershipChanged() {
    engine.membershipChanged();
  }
}
