// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import io.fieldline.localstack.ways.Step.Kind;
import io.fieldline.localstack.ways.Step.Lane;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The newest ways, in memory: each from the message or call that began it. The oldest go first.
/// Thread-safe; what is told costs who tells it next to nothing.
public final class Ways {
  static final int MOST_WAYS = 2_000;
  static final int MOST_STEPS = 20_000;
  static final int MOST_BYTES_A_PAYLOAD = 256;

  /// Of messages: more than that nobody can follow, and each costs a tenth of its own processor
  /// time. What a busy second has besides is counted as forgotten.
  static final int MOST_MESSAGES_A_SECOND = 500;

  /// Of payloads, where they are kept whole.
  static final long MOST_BYTES = 64L * 1024 * 1024;

  private final InstantSource clock;
  private final RandomGenerator random;
  private final boolean whole;
  private final AtomicLong revision;
  private final Map<String, Trace> byId = new ConcurrentHashMap<>();
  private final Carried carried = new Carried(this);
  private final RateBound messages = new RateBound(MOST_MESSAGES_A_SECOND);
  private final LongAdder passed = new LongAdder();
  private volatile Instant lastPassed = Instant.EPOCH;
  private final AtomicInteger steps = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /// The oldest first; guards what follows, too.
  private final ArrayDeque<Trace> byAge = new ArrayDeque<>();

  private int count;
  private long forgotten;
  private Instant since;

  /// @param random of trace identifiers; thread-safe
  /// @param whole keeps payloads whole, else their first 256 bytes
  public Ways(InstantSource clock, RandomGenerator random, boolean whole) {
    this.clock = clock;
    this.random = random;
    this.whole = whole;
    this.since = clock.instant();
    // Higher than any of an earlier run, which a page may still know.
    this.revision = new AtomicLong(System.currentTimeMillis() * 1000);
  }

  /// How a way begins.
  public enum Beginning {
    PUBLISH,
    CALL,
    SCHEDULE,
    LIFECYCLE
  }

  /// @param device the client or thing that it is about; empty where it is about none
  /// @param principal as policies name him
  public record Origin(Beginning kind, String name, String device, String principal) {}

  /// A new way. What it is returned is what comes before the first step; a way without steps is not
  /// kept.
  public Step begin(Origin origin) {
    return begin(newId(), origin, List.of());
  }

  /// A new way of a message, unless this second has had as many as are kept.
  public Step beginMessage(Origin origin) {
    if (messages.hasRoom()) {
      return begin(origin);
    }
    passed.increment();
    lastPassed = clock.instant();
    return Step.nowhere();
  }

  private Step begin(String id, @Nullable Origin origin, List<Trace.Link> links) {
    return new Trace(this, id, clock.instant(), origin, links).root();
  }

  /// Goes on at the step that a header names, if it is known here; else a way of this origin begins
  /// under its root.
  public Step resume(Optional<TraceHeader> header, Origin origin) {
    if (header.isEmpty()) {
      return begin(origin);
    }
    String root = header.get().root();
    boolean isKnown = byId.containsKey(root);
    // Of several at once under a root that was not known, one begins the way.
    Trace trace =
        byId.computeIfAbsent(
            root, id -> kept(new Trace(this, id, clock.instant(), origin, List.of())));
    Step step = trace.step(header.get().parent());
    Boolean sampled = header.get().sampled();
    // A function without tracing is told 0, which is no decision about what else is on the way.
    if (sampled != null && (!isKnown || sampled)) {
      step.sample(sampled);
    }
    return step;
  }

  /// The step that a header names, if it is known here.
  public Optional<Step> find(String header) {
    return TraceHeader.parse(header)
        .flatMap(h ->
            Optional.ofNullable(byId.get(h.root()))
                .map(trace -> trace.step(h.parent()))
                .filter(step -> step.number() > 0));
  }

  /// Begins what the messages of a batch lead to together: a trace of its own, which is linked from
  /// each of their ways. What comes from no way that is known begins one.
  ///
  /// Source: AWS X-Ray Developer Guide, "Tracing event-driven applications".
  public Step meet(List<String> headers, Origin otherwise) {
    var links = new ArrayList<Trace.Link>();
    var from = new ArrayList<Trace>();
    for (String text : headers) {
      TraceHeader.parse(text)
          .ifPresent(header -> {
            Trace trace = byId.get(header.root());
            if (trace != null && links.stream().noneMatch(l -> l.traceId().equals(trace.id()))) {
              from.add(trace);
            }
            links.add(new Trace.Link(header.root(), header.parent(), header.sampled()));
          });
    }
    var trace =
        new Trace(
            this, newId(), clock.instant(), from.isEmpty() ? otherwise : null, List.copyOf(links));
    if (links.stream().anyMatch(l -> Boolean.TRUE.equals(l.sampled()))) {
      trace.sample(true);
    }
    from.forEach(f -> f.leadTo(trace));
    return trace.root();
  }

  /// What takes no header along.
  public Carried carried() {
    return carried;
  }

  /// Source: AWS X-Ray Developer Guide, "Sending trace data to X-Ray", trace id format.
  private String newId() {
    var digits = new StringBuilder(35).append("1-");
    hex(digits, (int) clock.instant().getEpochSecond());
    digits.append('-');
    hex(digits, random.nextInt());
    hex(digits, random.nextInt());
    hex(digits, random.nextInt());
    return digits.toString();
  }

  private static void hex(StringBuilder digits, int bits) {
    for (int shift = 28; shift >= 0; shift -= 4) {
      digits.append(Character.forDigit(bits >>> shift & 0xF, 16));
    }
  }

  // --- Bounds

  long nextRevision() {
    return revision.incrementAndGet();
  }

  boolean isWhole() {
    return whole;
  }

  /// A step was added to a trace.
  void added(Trace trace, boolean first) {
    int all = steps.incrementAndGet();
    if (first && byId.putIfAbsent(trace.id(), trace) == null) {
      kept(trace);
    }
    if (all > MOST_STEPS || first) {
      forget();
    }
  }

  private Trace kept(Trace trace) {
    synchronized (byAge) {
      byAge.add(trace);
      count += trace.origin() == null ? 0 : 1;
    }
    return trace;
  }

  void grew(int by) {
    if (bytes.addAndGet(by) > MOST_BYTES) {
      forget();
    }
  }

  private void forget() {
    for (Trace oldest = tooMuch(); oldest != null; oldest = tooMuch()) {
      byId.remove(oldest.id(), oldest);
      bytes.addAndGet(-oldest.forget());
      steps.addAndGet(-oldest.size());
    }
  }

  private @Nullable Trace tooMuch() {
    synchronized (byAge) {
      boolean fits = count <= MOST_WAYS && steps.get() <= MOST_STEPS && bytes.get() <= MOST_BYTES;
      if (fits || byAge.size() <= 1) {
        return null;
      }
      Trace oldest = byAge.remove();
      if (oldest.origin() != null) {
        count--;
        forgotten++;
      }
      Trace next = byAge.peek();
      since = next == null ? clock.instant() : next.at();
      return oldest;
    }
  }

  // --- Looked at

  /// Ways that began or changed after a revision, the newest first.
  ///
  /// @param revision what was last changed; the next look begins after it
  /// @param since what began before it is gone
  /// @param wholeSince everything that began after it is there
  /// @param forgotten how many ways went
  /// @param passed how many messages came in too busy a second to begin one
  /// @param isMore whether there are more than were asked for
  public record Page(
      long revision,
      Instant since,
      Instant wholeSince,
      long forgotten,
      long passed,
      boolean isMore,
      List<Way> ways) {}

  public Page changedAfter(long after, int limit) {
    long now = revision.get();
    long from = after > now ? 0 : after;
    var found = new ArrayList<Way>();
    List<Trace> all;
    Instant kept;
    long gone;
    synchronized (byAge) {
      all = List.copyOf(byAge);
      kept = since;
      gone = forgotten;
    }
    boolean more = false;
    for (Iterator<Trace> newest = all.reversed().iterator(); newest.hasNext() && !more; ) {
      Trace trace = newest.next();
      if (trace.origin() != null) {
        var way = Way.of(this, trace);
        boolean isNews = way.size() > 0 && way.revision() > from;
        more = isNews && found.size() == limit;
        if (isNews && !more) {
          found.add(way);
        }
      }
    }
    Instant whole = kept.isBefore(lastPassed) ? lastPassed : kept;
    return new Page(now, kept, whole, gone, passed.sum(), more, found);
  }

  public Optional<Way> way(String id) {
    return Optional.ofNullable(byId.get(id))
        .filter(trace -> trace.origin() != null)
        .map(trace -> Way.of(this, trace));
  }

  Optional<Trace> trace(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /// The first step of something that nothing on this stack led to.
  public Step beginStep(Origin origin, Kind kind, Lane lane, String resource) {
    return begin(origin).begin(kind, lane, origin.name(), resource, origin.principal());
  }
}
