// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.xray;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.xray.model.*;

/// Segments by trace, as many as there is room for: the oldest trace goes first.
///
/// A trace's identifier begins with the second in which it began, so that its order is its age.
public final class XRay {
  static final int MOST_TRACES = 10_000;
  private static final int PAGE = 100;

  /// Source: AWS General Reference, "AWS X-Ray endpoints and quotas", trace size. Assumed: the
  /// code.
  private static final int MOST_BYTES_A_TRACE = 500 * 1024;

  private static final int MOST_TRACES_A_CALL = 5;

  private final MVMap<String, Kept> traces;

  /// @param segments their documents, in the order in which they came
  record Kept(String id, List<String> segments) {}

  public XRay(Store store) {
    this.traces = store.map("xray/traces", Kept.class);
  }

  public void register(Api api) {
    api.on(PutTraceSegmentsRequest.class, this::put);
    api.on(GetTraceSummariesRequest.class, this::summaries);
    api.on(BatchGetTracesRequest.class, this::get);
    // What a daemon reports of itself: nobody asks for it again.
    api.on(PutTelemetryRecordsRequest.class, _ -> PutTelemetryRecordsResponse.builder().build());
  }

  private PutTraceSegmentsResponse put(PutTraceSegmentsRequest request) {
    var refused = new ArrayList<UnprocessedTraceSegment>();
    for (String text : request.traceSegmentDocuments()) {
      try {
        keep(SegmentDocument.parse(text));
      } catch (SegmentDocument.Invalid e) {
        refused.add(
            UnprocessedTraceSegment.builder().errorCode(e.code()).message(e.getMessage()).build());
      }
    }
    return PutTraceSegmentsResponse.builder().unprocessedTraceSegments(refused).build();
  }

  private synchronized void keep(SegmentDocument segment) throws SegmentDocument.Invalid {
    Kept old = traces.get(segment.traceId());
    var segments = new ArrayList<>(old == null ? List.of() : old.segments());
    // One that was under way is replaced by what became of it.
    segments.removeIf(text -> document(text).id().equals(segment.id()));
    segments.add(segment.text());
    if (segments.stream().mapToInt(String::length).sum() > MOST_BYTES_A_TRACE) {
      throw new SegmentDocument.Invalid(
          "TraceTooLarge", "expected at most 500 kB of segments of a trace");
    }
    traces.put(segment.traceId(), new Kept(segment.traceId(), segments));
    while (traces.size() > MOST_TRACES) {
      traces.remove(traces.firstKey());
    }
  }

  private static SegmentDocument document(String text) {
    try {
      return SegmentDocument.parse(text);
    } catch (SegmentDocument.Invalid e) {
      throw new IllegalStateException(e);
    }
  }

  private GetTraceSummariesResponse summaries(GetTraceSummariesRequest request) {
    if (request.filterExpression() != null) {
      throw new AwsFailure(
          "InvalidRequestException",
          400,
          "FilterExpression is not supported by this local stack: " + request.filterExpression());
    }
    String from = "1-%08x".formatted(request.startTime().getEpochSecond());
    String after = "1-%08x".formatted(request.endTime().getEpochSecond() + 1);
    var found = new ArrayList<TraceSummary>();
    String start = request.nextToken() == null ? from : request.nextToken();
    String next = null;
    for (String id = traces.ceilingKey(start);
        id != null && id.compareTo(after) < 0;
        id = traces.higherKey(id)) {
      if (found.size() == PAGE) {
        next = id;
        break;
      }
      Kept kept = traces.get(id);
      if (kept != null) {
        found.add(summary(kept));
      }
    }
    return GetTraceSummariesResponse.builder()
        .traceSummaries(found)
        .tracesProcessedCount((long) found.size())
        .approximateTime(request.endTime())
        .nextToken(next)
        .build();
  }

  private static TraceSummary summary(Kept kept) {
    var all = kept.segments().stream().map(XRay::document).toList();
    var whole = all.stream().filter(s -> !s.isSubsegment()).toList();
    double start = least(all, SegmentDocument::start);
    double end = -least(all, s -> -s.end());
    var answered = whole.isEmpty() ? all : whole;
    return TraceSummary.builder()
        .id(kept.id())
        .startTime(instant(start))
        .duration(end - start)
        .responseTime(-least(answered, s -> -s.end()) - least(answered, SegmentDocument::start))
        .hasFault(all.stream().anyMatch(s -> s.is("fault")))
        .hasError(all.stream().anyMatch(s -> s.is("error")))
        .hasThrottle(all.stream().anyMatch(s -> s.is("throttle")))
        .isPartial(whole.isEmpty())
        .serviceIds(
            whole.stream()
                .map(s ->
                    ServiceId.builder()
                        .name(s.json().path("name").asText())
                        .names(s.json().path("name").asText())
                        .type(s.json().path("origin").asText(null))
                        .build())
                .toList())
        .build();
  }

  private static double least(List<SegmentDocument> all, ToDoubleFunction<SegmentDocument> of) {
    return all.stream().mapToDouble(of).min().orElse(0);
  }

  private static Instant instant(double seconds) {
    return Instant.ofEpochMilli(Math.round(seconds * 1000));
  }

  private BatchGetTracesResponse get(BatchGetTracesRequest request) {
    if (request.traceIds().size() > MOST_TRACES_A_CALL) {
      throw new AwsFailure(
          "InvalidRequestException",
          400,
          "expected at most 5 trace ids, got " + request.traceIds().size());
    }
    var found = new ArrayList<Trace>();
    var missing = new ArrayList<String>();
    for (String id : request.traceIds()) {
      Kept kept = traces.get(id);
      if (kept == null) {
        missing.add(id);
      } else {
        found.add(trace(kept));
      }
    }
    return BatchGetTracesResponse.builder().traces(found).unprocessedTraceIds(missing).build();
  }

  /// Subsegments that came by themselves stand inside what they are parts of, as X-Ray shows them.
  private static Trace trace(Kept kept) {
    var all =
        kept.segments().stream()
            .map(XRay::document)
            .sorted(Comparator.comparingDouble(SegmentDocument::start))
            .toList();
    return Trace.builder()
        .id(kept.id())
        .duration(-least(all, s -> -s.end()) - least(all, SegmentDocument::start))
        .segments(
            SegmentTree.of(all).stream()
                .map(node ->
                    Segment.builder()
                        .id(node.path("id").asText())
                        .document(node.toString())
                        .build())
                .toList())
        .build();
  }
}
