// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.DroppedCall;
import io.fieldline.localstack.api.Operation;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Streamed;
import io.fieldline.localstack.identity.Signature;
import io.fieldline.localstack.identity.SignatureCheck;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.TraceHeader;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.localstack.wire.Codec;
import io.fieldline.localstack.wire.Routed;
import io.fieldline.localstack.wire.Router;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequest;

/// One HTTP request to one answer: web paths first, then AWS's APIs. Thread-safe.
public final class Front {
  private static final System.Logger LOG = System.getLogger(Front.class.getName());
  private static final int MAX_BODY_BYTES = 10 * 1024 * 1024;

  private final Api api;
  private final StackInfo stack;
  private final WebPaths webPaths;
  private final SignatureCheck signatures;
  private final Function<X509Certificate, Optional<Principal>> devices;
  private final Router router = new Router();
  private final Codec codec = new Codec();
  private final Ways ways;
  private final Supplier<String> requestIds;
  private final Supplier<Map<String, Operation<?, ?>>> operations;

  /// @param devices who showed a certificate, if it is a device's in force
  public Front(
      Api api,
      StackInfo stack,
      WebPaths webPaths,
      SignatureCheck signatures,
      Function<X509Certificate, Optional<Principal>> devices,
      Ways ways,
      Supplier<String> requestIds) {
    this.api = api;
    this.stack = stack;
    this.webPaths = webPaths;
    this.signatures = signatures;
    this.devices = devices;
    this.ways = ways;
    this.requestIds = requestIds;
    this.operations = StableSupplier.of(this::index);
  }

  private Map<String, Operation<?, ?>> index() {
    var index = new HashMap<String, Operation<?, ?>>();
    api.operations().forEach(o -> index.put(Routed.key(o.service(), o.name()), o));
    return index;
  }

  WireResponse answer(WireRequest request) {
    String requestId = requestIds.get();
    var seen = new Seen();
    try {
      Optional<WireResponse> page = webPaths.handle(request);
      return page.isPresent() ? page.get() : aws(request, requestId, seen);
    } catch (AwsFailure failure) {
      return codec.error(seen.routed, request, failure, requestId);
    } catch (IOException | RuntimeException | Error e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "request failed method=" + request.method() + " path=" + request.path(),
          e);
      var failure = new AwsFailure("InternalFailure", 500, e.toString());
      return codec.error(seen.routed, request, failure, requestId);
    }
  }

  /// What is known of a request when it fails.
  private static final class Seen {
    private @Nullable Routed routed;
  }

  private WireResponse aws(WireRequest request, String requestId, Seen seen) throws IOException {
    Optional<Signature> signature = Signature.of(request);
    Optional<Principal> device =
        signature.isEmpty() ? request.certificate().flatMap(devices) : Optional.empty();
    Optional<String> service =
        signature.map(Signature::service).or(() -> device.map(_ -> Router.BY_CERTIFICATE));
    boolean streams = router.streams(request, service);
    byte @Nullable [] body = streams ? null : readAll(request.body());
    Routed routed = router.route(request, service, body == null ? new byte[0] : body);
    seen.routed = routed;
    Operation<?, ?> operation = operations.get().get(routed.key());
    if (operation == null) {
      throw api.unsupported(routed.operation().service().name(), routed.operation().name());
    }
    if (body == null && codec.readsBody(operation.requestType())) {
      body = readAll(AwsChunked.decoded(request));
    }
    Caller caller = caller(request, signature, device, body, streams, requestId);
    AwsRequest decoded =
        codec.decode(routed, operation.requestType(), request, body == null ? new byte[0] : body);
    InputStream upload = body == null ? AwsChunked.decoded(request) : InputStream.nullInputStream();
    Step way = way(request, operation, decoded, caller);
    try {
      Streamed<?> answer = way.run(() -> caller.run(() -> api.stream(decoded, upload)));
      return codec.encode(routed, answer, requestId);
    } catch (DroppedCall dropped) {
      return WireResponse.none();
    }
  }

  /// A function's call is on the way of what invoked it: AWS's SDK sends the header that the
  /// runtime was given. Any other begins one.
  private Step way(
      WireRequest request, Operation<?, ?> operation, AwsRequest decoded, Caller caller) {
    String device = decoded.getValueForField("thingName", String.class).orElse("");
    return ways.resume(
        request.header("x-amzn-trace-id").flatMap(TraceHeader::parse),
        new Ways.Origin(Ways.Beginning.CALL, operation.label(), device, caller.principal().arn()));
  }

  private Caller caller(
      WireRequest request,
      Optional<Signature> signature,
      Optional<Principal> device,
      byte @Nullable [] body,
      boolean streams,
      String requestId) {
    Map<String, String> context =
        Map.of(
            "aws:SourceIp", request.remoteAddress(),
            "aws:SecureTransport", Boolean.toString(true));
    if (signature.isEmpty()) {
      return new Caller(
          device.orElse(new Principal.Anonymous()),
          stack.accountId(),
          stack.region(),
          requestId,
          context);
    }
    var verified = signatures.verify(request, signature.get(), streams ? null : body);
    return new Caller(
        verified.principal(), verified.accountId(), verified.region(), requestId, context);
  }

  private static byte[] readAll(InputStream in) throws IOException {
    byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      throw new AwsFailure(
          "RequestEntityTooLargeException",
          413,
          "expected a body of at most " + MAX_BODY_BYTES + " bytes");
    }
    return body;
  }
}
