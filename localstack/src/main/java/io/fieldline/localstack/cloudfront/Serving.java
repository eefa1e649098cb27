// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudfront;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Streamed;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Answers browsers by the host {@code <name>.cloudfront.localhost}, or by a path {@code
/// /_cloudfront/<id>/...}: the object of the bucket, if the bucket's policy lets the distribution
/// read it. Plain http: under localhost browsers trust it as they trust https.
final class Serving implements WebPaths.WebPath {
  private static final String HOST = ".cloudfront.localhost";
  private static final String PATH = "/_cloudfront/";
  // Source: CloudFront Developer Guide, managed response headers policies, SecurityHeadersPolicy.
  private static final String SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03";

  private final Api api;
  private final Distributions distributions;
  private final StackInfo stack;

  Serving(Api api, Distributions distributions, StackInfo stack) {
    this.api = api;
    this.distributions = distributions;
    this.stack = stack;
  }

  @Override
  public Optional<WireResponse> handle(String host, String path, WireRequest request)
      throws IOException {
    if (host.endsWith(HOST)) {
      String name = host.substring(0, host.length() - HOST.length());
      return Optional.of(answer(name, path, request));
    }
    if (!path.startsWith(PATH)) {
      return Optional.empty();
    }
    String[] parts = path.substring(PATH.length()).split("/", 2);
    return Optional.of(
        parts.length < 2
            ? WireResponse.of(302, "", new byte[0]).with("Location", path + "/")
            : answer(parts[0], "/" + parts[1], request));
  }

  private WireResponse answer(String name, String path, WireRequest request) {
    Optional<Distribution> found = distributions.find(name);
    if (found.isEmpty() || !Boolean.TRUE.equals(found.get().distributionConfig().enabled())) {
      return WireResponse.text(403, "text/plain", "No enabled distribution is named " + name);
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return WireResponse.text(403, "text/plain", "expected GET or HEAD, got " + request.method());
    }
    Distribution distribution = found.get();
    DistributionConfig config = distribution.distributionConfig();
    String root = config.defaultRootObject() == null ? "" : config.defaultRootObject();
    String key = decode(path.equals("/") ? root : path.substring(1));
    WireResponse answer;
    try {
      answer = object(distribution, key, request.header("range").orElse(null));
    } catch (AwsFailure failure) {
      answer = failed(distribution, failure);
    }
    return SECURITY_HEADERS.equals(config.defaultCacheBehavior().responseHeadersPolicyId())
        ? secured(answer)
        : answer;
  }

  private WireResponse object(Distribution distribution, String key, @Nullable String range) {
    DistributionConfig config = distribution.distributionConfig();
    Origin origin =
        config.origins().items().stream()
            .filter(o -> o.id().equals(config.defaultCacheBehavior().targetOriginId()))
            .findFirst()
            .orElseThrow();
    String prefix = origin.originPath() == null ? "" : origin.originPath();
    String full = prefix.isEmpty() ? key : prefix.substring(1) + "/" + key;
    if (full.isEmpty()) {
      throw new AwsFailure("AccessDenied", 403, "Access Denied");
    }
    String domain = origin.domainName();
    GetObjectRequest get =
        GetObjectRequest.builder()
            .bucket(domain.substring(0, domain.indexOf(".s3.")))
            .key(full)
            .range(range)
            .build();
    Streamed<?> streamed =
        caller(distribution, origin).run(() -> api.stream(get, InputStream.nullInputStream()));
    return response((GetObjectResponse) streamed.response(), streamed.body());
  }

  private static WireResponse response(GetObjectResponse object, @Nullable InputStream body) {
    WireResponse response =
        new WireResponse(
            object.contentRange() == null ? 200 : 206,
            Map.of(),
            body == null ? InputStream.nullInputStream() : body,
            object.contentLength() == null ? -1 : object.contentLength());
    response = with(response, "Content-Type", object.contentType());
    response = with(response, "Cache-Control", object.cacheControl());
    response = with(response, "Content-Encoding", object.contentEncoding());
    response = with(response, "Content-Range", object.contentRange());
    return with(response, "ETag", object.eTag());
  }

  private static WireResponse with(WireResponse response, String name, @Nullable String value) {
    return value == null ? response : response.with(name, value);
  }

  /// With an origin access control the distribution asks as itself, else as anybody.
  private Caller caller(Distribution distribution, Origin origin) {
    String control = origin.originAccessControlId();
    Principal principal =
        control == null || control.isEmpty()
            ? new Principal.Anonymous()
            : new Principal.Service("cloudfront.amazonaws.com");
    return new Caller(
        principal,
        stack.accountId(),
        stack.region(),
        UUID.randomUUID().toString(),
        Map.of("aws:SourceArn", distribution.arn(), "aws:SourceAccount", stack.accountId()));
  }

  private WireResponse failed(Distribution distribution, AwsFailure failure) {
    var responses = distribution.distributionConfig().customErrorResponses();
    if (responses != null) {
      for (CustomErrorResponse custom : responses.items()) {
        if (custom.errorCode() == failure.status() && custom.responsePagePath() != null) {
          return page(distribution, custom, failure);
        }
      }
    }
    return plain(failure);
  }

  private WireResponse page(
      Distribution distribution, CustomErrorResponse custom, AwsFailure failure) {
    try {
      WireResponse page = object(distribution, custom.responsePagePath().substring(1), null);
      String code = custom.responseCode();
      int status = code == null || code.isEmpty() ? failure.status() : Integer.parseInt(code);
      return new WireResponse(status, page.headers(), page.body(), page.length());
    } catch (AwsFailure _) {
      return plain(failure);
    }
  }

  private static WireResponse plain(AwsFailure failure) {
    return WireResponse.text(
        failure.status(),
        "application/xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
            + failure.code()
            + "</Code></Error>");
  }

  private static WireResponse secured(WireResponse response) {
    return response
        .with("X-Content-Type-Options", "nosniff")
        .with("X-Frame-Options", "SAMEORIGIN")
        .with("X-XSS-Protection", "1; mode=block")
        .with("Referrer-Policy", "strict-origin-when-cross-origin");
  }

  private static String decode(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
