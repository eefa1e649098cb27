// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.TraceHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.xray.model.PutTraceSegmentsRequest;
import software.amazon.awssdk.services.xray.model.PutTraceSegmentsResponse;

/// Traces of functions whose tracing is active: Lambda's two segments of each invocation that is
/// sampled, and the daemon that takes what the function's code sends about its own calls. Both put
/// them into X-Ray as the function's role.
///
/// Source: AWS Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray"; AWS
/// X-Ray Developer Guide, "Sending segment documents to the daemon", and "Tracing event-driven
/// applications": messages of a queue lead to a trace of its own, which names theirs as links.
/// Assumed: the form of a link in a segment.
final class Tracing implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Tracing.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 64 * 1024;

  /// Source: the same guide: each segment can be linked to up to 20 traces.
  private static final int MOST_LINKS = 20;

  private final Api api;
  private final FunctionRoles roles;
  private final InstantSource clock;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Sampler sampler;
  private final DatagramSocket daemon;

  /// The latest traces, and of which function: that one's role puts what the daemon gets, which may
  /// be after the invocation's end.
  private final Map<String, FunctionVersion> latest = Collections.synchronizedMap(new Latest());

  Tracing(Api api, FunctionRoles roles, InstantSource clock) {
    this.api = api;
    this.roles = roles;
    this.clock = clock;
    this.sampler = new Sampler(clock, random);
    try {
      this.daemon = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the port of the X-Ray daemon", e);
    }
    Thread.ofVirtual().name("xray-daemon").start(this::listen);
  }

  /// What `AWS_XRAY_DAEMON_ADDRESS` is.
  String daemonAddress() {
    return "127.0.0.1:" + daemon.getLocalPort();
  }

  /// One traced invocation: its two segments are known by these.
  ///
  /// @param functionSegment is the step of the invocation
  record Traced(
      String traceId,
      String serviceSegment,
      String functionSegment,
      double startSeconds,
      Iterable<TraceHeader> links) {}

  /// Begins an invocation, in the trace of what led to it. Whether that is recorded has been
  /// decided, or is where the function's tracing is active.
  Invoked begin(FunctionVersion function, Step step) {
    boolean active = function.tracing().equals("Active");
    if (active && step.sampled() == null) {
      step.sample(sampler.samples(function.name()));
    }
    boolean sampled = Boolean.TRUE.equals(step.sampled());
    String header = step.header();
    if (!active || !sampled) {
      return new Invoked(sampled ? header : notSampled(header), _ -> {});
    }
    var traced =
        new Traced(step.wayId(), hex(16), step.segmentId(), seconds(), step.sampledLinks());
    latest.put(traced.traceId(), function);
    latest.put(traced.traceId() + " " + traced.functionSegment(), function);
    return new Invoked(header, failed -> end(function, traced, failed));
  }

  /// To who runs the function nothing is left to decide.
  private static String notSampled(String header) {
    return header.isEmpty() || header.endsWith("Sampled=0") ? header : header + ";Sampled=0";
  }

  /// @param header as the runtime and the SDK hand it on
  /// @param end told whether the function failed
  record Invoked(String header, Consumer<Boolean> end) {}

  private void end(FunctionVersion function, Traced traced, boolean failed) {
    double now = seconds();
    ObjectNode service = segment(function, traced, traced.serviceSegment(), "AWS::Lambda", now);
    service.putObject("http").putObject("response").put("status", 200);
    ObjectNode ran =
        segment(function, traced, traced.functionSegment(), "AWS::Lambda::Function", now)
            .put("parent_id", traced.serviceSegment());
    ArrayNode links = JSON.createArrayNode();
    for (TraceHeader link : traced.links()) {
      if (links.size() < MOST_LINKS) {
        links
            .addObject()
            .put("trace_id", link.root())
            .put("id", TraceHeader.segment(link.parent()));
      }
    }
    if (!links.isEmpty()) {
      service.set("links", links);
    }
    if (failed) {
      service.put("fault", true);
      ran.put("fault", true);
    }
    put(function, service.toString(), ran.toString());
  }

  private ObjectNode segment(
      FunctionVersion function, Traced traced, String id, String origin, double end) {
    return JSON.createObjectNode()
        .put("name", function.name())
        .put("id", id)
        .put("trace_id", traced.traceId())
        .put("origin", origin)
        .put("start_time", traced.startSeconds())
        .put("end_time", end);
  }

  private void put(FunctionVersion function, String... documents) {
    try {
      var request = PutTraceSegmentsRequest.builder().traceSegmentDocuments(documents).build();
      // What X-Ray is told is no part of what it is told of.
      var answer =
          Step.aside(() -> api.call(roles.of(function), request, PutTraceSegmentsResponse.class));
      answer
          .unprocessedTraceSegments()
          .forEach(s ->
              LOG.log(
                  System.Logger.Level.WARNING,
                  "segment of %s not taken: %s, %s"
                      .formatted(function.name(), s.errorCode(), s.message())));
    } catch (AwsFailure e) {
      LOG.log(System.Logger.Level.WARNING, "no trace of " + function.name() + ": " + e.message());
    }
  }

  private void listen() {
    var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
    while (!daemon.isClosed()) {
      try {
        packet.setLength(MOST_BYTES);
        daemon.receive(packet);
        take(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
      } catch (IOException | RuntimeException e) {
        if (!daemon.isClosed()) {
          LOG.log(System.Logger.Level.WARNING, "a datagram for X-Ray was not taken", e);
        }
      }
    }
  }

  /// A line that tells the format, and the document.
  private void take(String datagram) throws IOException {
    int end = datagram.indexOf('\n');
    var header = JSON.readTree(end < 0 ? datagram : datagram.substring(0, end));
    if (end < 0
        || !header.path("format").asText().equals("json")
        || header.path("version").asInt() != 1) {
      throw new IOException(
          "expected {\"format\": \"json\", \"version\": 1}, a line break and a segment, got "
              + datagram);
    }
    String document = datagram.substring(end + 1);
    JsonNode segment = JSON.readTree(document);
    String traceId = segment.path("trace_id").asText();
    // Several functions may be in one trace: the one whose part it is, if it says so.
    String part = traceId + " " + segment.path("parent_id").asText();
    FunctionVersion function = latest.get(part);
    function = function == null ? latest.get(traceId) : function;
    if (function == null) {
      throw new IOException("expected the trace of an invocation, got '" + traceId + "'");
    }
    put(function, document);
  }

  private double seconds() {
    return clock.millis() / 1000.0;
  }

  private String hex(int digits) {
    var text = new StringBuilder();
    random.ints(digits, 0, 16).forEach(i -> text.append(Character.forDigit(i, 16)));
    return text.toString();
  }

  /// As many as can be under way at once, and some.
  private static final class Latest extends LinkedHashMap<String, FunctionVersion> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, FunctionVersion> eldest) {
      return size() > 1_000;
    }
  }

  @Override
  public void close() {
    daemon.close();
  }
}
