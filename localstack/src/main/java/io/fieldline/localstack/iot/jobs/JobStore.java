// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/// Jobs and their executions, readable by job and by thing. Its callers see to it that one changes
/// it at a time.
final class JobStore {
  private static final char SEPARATOR = '\n';

  private final MVMap<String, Job> jobs;
  private final MVMap<String, Execution> executions;

  /// Thing, job and number, for what `executions` has by job, thing and number.
  private final MVMap<String, String> byThing;

  /// When executions that run are late, so that nobody has to look at all of them for it.
  private final Map<String, Instant> deadlines = new ConcurrentHashMap<>();

  private final AtomicLong places;

  JobStore(Store store) {
    this.jobs = store.map("iot/jobs", Job.class);
    this.executions = store.map("iot/job-executions", Execution.class);
    this.byThing = store.map("iot/job-executions/by-thing", StringDataType.INSTANCE);
    long last = 0;
    for (Execution execution : executions.values()) {
      last = Math.max(last, execution.place());
      watch(execution);
    }
    this.places = new AtomicLong(last);
  }

  long nextPlace() {
    return places.incrementAndGet();
  }

  Optional<Job> job(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  Collection<Job> jobs() {
    return jobs.values();
  }

  void put(Job job) {
    Job before = jobs.put(job.id(), job);
    if (before != null && !before.order().equals(job.order())) {
      ofJob(job.id()).forEach(this::watch);
    }
  }

  void remove(Job job) {
    ofJob(job.id()).forEach(this::remove);
    jobs.remove(job.id());
  }

  private static String key(String first, String second, long number) {
    return first + SEPARATOR + second + SEPARATOR + "%010d".formatted(number);
  }

  private static String key(Execution e) {
    return key(e.jobId(), e.thing(), e.number());
  }

  void put(Execution e) {
    executions.put(key(e), e);
    byThing.put(key(e.thing(), e.jobId(), e.number()), "");
    watch(e);
  }

  void remove(Execution e) {
    executions.remove(key(e));
    byThing.remove(key(e.thing(), e.jobId(), e.number()));
    deadlines.remove(key(e));
  }

  private void watch(Execution e) {
    Optional<Instant> late = deadline(e);
    if (late.isPresent()) {
      deadlines.put(key(e), late.get());
    } else {
      deadlines.remove(key(e));
    }
  }

  /// When the execution times out, if anything bounds it. The step timer never ends after the
  /// job's.
  Optional<Instant> deadline(Execution e) {
    if (!e.isInProgress()) {
      return Optional.empty();
    }
    Optional<Instant> whole = job(e.jobId()).flatMap(j -> j.inProgressUntil(e.startedAt()));
    @Nullable Instant step = e.stepUntil();
    if (step == null || (whole.isPresent() && whole.get().isBefore(step))) {
      return whole;
    }
    return Optional.of(step);
  }

  List<Execution> late(Instant now) {
    var late = new ArrayList<Execution>();
    deadlines.forEach((key, at) -> {
      Execution execution = executions.get(key);
      if (!now.isBefore(at) && execution != null) {
        late.add(execution);
      }
    });
    return late;
  }

  Optional<Execution> find(String jobId, String thing, @Nullable Long number) {
    if (number != null) {
      return Optional.ofNullable(executions.get(key(jobId, thing, number)));
    }
    return below(executions, jobId + SEPARATOR + thing + SEPARATOR).stream()
        .map(executions::get)
        .reduce((_, later) -> later);
  }

  /// Every try of every thing.
  List<Execution> ofJob(String jobId) {
    return below(executions, jobId + SEPARATOR).stream().map(executions::get).toList();
  }

  /// The last try of each thing.
  Collection<Execution> latest(String jobId) {
    var latest = new LinkedHashMap<String, Execution>();
    ofJob(jobId).forEach(e -> latest.put(e.thing(), e));
    return latest.values();
  }

  List<Execution> ofThing(String thing) {
    return below(byThing, thing + SEPARATOR).stream()
        .map(key -> key.split(String.valueOf(SEPARATOR), 3))
        .map(k -> executions.get(k[1] + SEPARATOR + k[0] + SEPARATOR + k[2]))
        .toList();
  }

  /// Source: "Jobs notifications": those in progress first, then in the order of their queueing.
  List<Execution> pending(String thing) {
    return ofThing(thing).stream()
        .filter(Execution::isPending)
        .sorted(
            Comparator.comparing((Execution e) -> !e.isInProgress())
                .thenComparing(Execution::place))
        .toList();
  }

  private static List<String> below(MVMap<String, ?> map, String prefix) {
    var found = new ArrayList<String>();
    for (Iterator<String> keys = map.keyIterator(prefix); keys.hasNext(); ) {
      String key = keys.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      found.add(key);
    }
    return found;
  }
}
