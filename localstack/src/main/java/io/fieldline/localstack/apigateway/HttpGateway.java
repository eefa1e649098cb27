// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.TraceHeader;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.apigatewayv2.model.Api;
import software.amazon.awssdk.services.apigatewayv2.model.AuthorizationType;
import software.amazon.awssdk.services.apigatewayv2.model.Authorizer;
import software.amazon.awssdk.services.apigatewayv2.model.Route;
import software.amazon.awssdk.services.apigatewayv2.model.Stage;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// Answers requests to the addresses of HTTP APIs: route, token, function, answer.
final class HttpGateway implements WebPaths.WebPath {
  private static final String NAMESPACE = "AWS/ApiGateway";
  private static final System.Logger LOG = System.getLogger(HttpGateway.class.getName());
  // Source: API Gateway Developer Guide, HTTP API quotas: payload size 10 MB.
  private static final int MAX_BODY_BYTES = 10 * 1024 * 1024;

  private final io.fieldline.localstack.api.Api api;
  private final HttpApis apis;
  private final JwtCheck tokens;
  private final StackInfo stack;
  private final StackClock clock;
  private final Supplier<String> requestIds;
  private final MetricSink metrics;
  private final Ways ways;
  private final ProxyAnswer answers = new ProxyAnswer();

  HttpGateway(
      io.fieldline.localstack.api.Api api,
      HttpApis apis,
      JwtCheck tokens,
      StackInfo stack,
      StackClock clock,
      Supplier<String> requestIds,
      MetricSink metrics,
      Ways ways) {
    this.ways = ways;
    this.metrics = metrics;
    this.api = api;
    this.apis = apis;
    this.tokens = tokens;
    this.stack = stack;
    this.clock = clock;
    this.requestIds = requestIds;
  }

  @Override
  public Optional<WireResponse> handle(String host, String path, WireRequest request)
      throws IOException {
    Optional<Invocation> invocation = Invocation.of(host, path);
    return invocation.isEmpty() ? Optional.empty() : Optional.of(answer(invocation.get(), request));
  }

  private WireResponse answer(Invocation invocation, WireRequest request) throws IOException {
    Optional<Api> found = apis.find(invocation.apiId());
    if (found.isEmpty()) {
      return message(404, "Not Found");
    }
    Optional<Cors> cors = Optional.ofNullable(found.get().corsConfiguration()).map(Cors::new);
    if (cors.isPresent() && Cors.isPreflight(request)) {
      return cors.get().preflight(request);
    }
    long began = System.nanoTime();
    WireResponse answer = routed(invocation, request);
    measured(invocation.apiId(), answer.status(), System.nanoTime() - began);
    return cors.isPresent() ? cors.get().added(answer, request) : answer;
  }

  /// Source: API Gateway Developer Guide, "Work with CloudWatch metrics for HTTP APIs".
  private void measured(String apiId, int status, long nanos) {
    var of = Map.of("ApiId", apiId);
    metrics.add(NAMESPACE, "Count", of, "Count", 1);
    metrics.add(NAMESPACE, "4xx", of, "Count", status / 100 == 4 ? 1 : 0);
    metrics.add(NAMESPACE, "5xx", of, "Count", status / 100 == 5 ? 1 : 0);
    metrics.add(NAMESPACE, "Latency", of, "Milliseconds", nanos / 1e6);
  }

  private WireResponse routed(Invocation invocation, WireRequest request) throws IOException {
    Optional<Staged> staged = staged(invocation);
    if (staged.isEmpty()) {
      return message(404, "Not Found");
    }
    List<String> path =
        RoutePattern.split(staged.get().path()).stream().map(HttpGateway::decode).toList();
    Optional<Matched> matched =
        apis.routesOf(invocation.apiId()).stream()
            .sorted(
                Comparator.comparing(
                    r -> RoutePattern.parse(r.routeKey()), RoutePattern.MOST_SPECIFIC_FIRST))
            .flatMap(r ->
                RoutePattern.parse(r.routeKey()).match(request.method(), path).stream()
                    .map(variables -> new Matched(r, variables)))
            .findFirst();
    if (matched.isEmpty()) {
      return message(404, "Not Found");
    }
    return authorized(new Call(invocation, staged.get(), matched.get(), request));
  }

  private record Staged(Stage stage, String path) {}

  private record Matched(Route route, Map<String, String> variables) {}

  private record Call(Invocation to, Staged staged, Matched matched, WireRequest request) {}

  /// The stage named, or that of the first segment of the path, or the default one.
  private Optional<Staged> staged(Invocation to) {
    List<Stage> stages = apis.stagesOf(to.apiId());
    String named = to.stage().orElseGet(() -> RoutePattern.split(to.path()).getFirst());
    for (Stage stage : stages) {
      if (stage.stageName().equals(named)) {
        String rest = to.stage().isPresent() ? to.path() : to.path().substring(1 + named.length());
        return Optional.of(new Staged(stage, rest.isEmpty() ? "/" : rest));
      }
    }
    return to.stage().isPresent()
        ? Optional.empty()
        : stages.stream()
            .filter(s -> s.stageName().equals("$default"))
            .findFirst()
            .map(s -> new Staged(s, to.path()));
  }

  private WireResponse authorized(Call call) throws IOException {
    Route route = call.matched().route();
    if (route.authorizationType() != AuthorizationType.JWT) {
      return invoked(call, Optional.empty());
    }
    Authorizer authorizer = apis.authorizer(call.to().apiId(), route.authorizerId());
    Optional<String> token =
        authorizer.identitySource().stream()
            .flatMap(source -> token(source, call.request()).stream())
            .findFirst();
    if (token.isEmpty()) {
      return message(401, "Unauthorized").with("www-authenticate", "Bearer");
    }
    return switch (tokens.check(token.get(), authorizer.jwtConfiguration())) {
      case JwtCheck.Answer.Refused refused ->
          message(401, "Unauthorized")
              .with(
                  "www-authenticate",
                  "Bearer scope=\"\" error=\"invalid_token\" error_description=\""
                      + refused.why()
                      + "\"");
      case JwtCheck.Answer.Valid valid ->
          inScope(route, valid.claims())
              ? invoked(call, Optional.of(valid.claims()))
              : message(403, "Forbidden");
    };
  }

  private static Optional<String> token(String source, WireRequest request) {
    Optional<String> value = Optional.empty();
    if (source.startsWith("$request.header.")) {
      value = request.header(source.substring("$request.header.".length()));
    } else if (source.startsWith("$request.querystring.")) {
      String name = source.substring("$request.querystring.".length());
      value = request.parameters().getOrDefault(name, List.of()).stream().findFirst();
    }
    return value
        .map(v -> v.regionMatches(true, 0, "Bearer ", 0, 7) ? v.substring(7).strip() : v)
        .filter(v -> !v.isEmpty());
  }

  private static boolean inScope(Route route, JsonNode claims) {
    if (route.authorizationScopes().isEmpty()) {
      return true;
    }
    List<String> granted = List.of(claims.path("scope").asText().split(" "));
    return route.authorizationScopes().stream().anyMatch(granted::contains);
  }

  private WireResponse invoked(Call call, Optional<JsonNode> claims) throws IOException {
    byte[] body = call.request().body().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      return message(413, "Request Entity Too Large");
    }
    Step step = begin(call, claims);
    step.askedInConfidence(body);
    try {
      return ended(step, step.run(() -> invoked(call, claims, body, step)));
    } catch (RuntimeException e) {
      step.failed(e.toString());
      throw e;
    }
  }

  private static WireResponse ended(Step step, WireResponse answer) {
    String status = "HTTP " + answer.status();
    if (answer.status() >= 500) {
      step.failed(status);
    } else if (answer.status() == 401 || answer.status() == 403) {
      step.refused(status);
    } else {
      step.done(status);
    }
    return answer;
  }

  private Step begin(Call call, Optional<JsonNode> claims) {
    WireRequest request = call.request();
    String name = request.method() + " " + decode(call.staged().path());
    String person = claims.map(c -> c.path("sub").asText()).orElse("anonymous");
    return ways.resume(
            request.header("x-amzn-trace-id").flatMap(TraceHeader::parse),
            new Ways.Origin(Ways.Beginning.CALL, name, "", person))
        .begin(Step.Kind.CALL, Step.Lane.OTHER, name, call.matched().route().routeKey(), person);
  }

  private WireResponse invoked(Call call, Optional<JsonNode> claims, byte[] body, Step step)
      throws IOException {
    String requestId = requestIds.get();
    byte[] payload =
        event(call, claims, requestId)
            .json(call.request(), body)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    try {
      InvokeResponse output =
          api.call(
              caller(call, requestId),
              InvokeRequest.builder()
                  .functionName(functionOf(call))
                  .payload(SdkBytes.fromByteArray(payload))
                  .build(),
              InvokeResponse.class);
      if (output.functionError() != null) {
        return failed(call, step, "the function failed: " + output.functionError());
      }
      return answers.read(output.payload().asByteArray());
    } catch (AwsFailure e) {
      return failed(call, step, e.code() + ": " + e.message());
    } catch (IOException | IllegalArgumentException e) {
      return failed(call, step, "the function's output is no answer: " + e.getMessage());
    }
  }

  private WireResponse failed(Call call, Step step, String why) {
    step.failed(why);
    LOG.log(
        System.Logger.Level.WARNING,
        "api={0} route={1}: {2}",
        call.to().apiId(),
        call.matched().route().routeKey(),
        why);
    return message(500, "Internal Server Error");
  }

  private ProxyEvent event(Call call, Optional<JsonNode> claims, String requestId) {
    Stage stage = call.staged().stage();
    String prefix = stage.stageName().equals("$default") ? "" : "/" + stage.stageName();
    return new ProxyEvent(
        stack.accountId(),
        call.to().apiId(),
        stage.stageName(),
        stage.stageVariables(),
        call.matched().route().routeKey(),
        prefix + decode(call.staged().path()),
        call.matched().variables(),
        claims,
        call.matched().route().authorizationScopes(),
        call.to().host(),
        requestId,
        clock.instant());
  }

  private Caller caller(Call call, String requestId) {
    RoutePattern route = RoutePattern.parse(call.matched().route().routeKey());
    String place =
        route.isDefault()
            ? "/$default"
            : "/"
                + (route.method().equals("ANY") ? "*" : route.method())
                + "/"
                + String.join("/", route.segments());
    String arn =
        stack.arn(
            "execute-api", call.to().apiId() + "/" + call.staged().stage().stageName() + place);
    return new Caller(
        new Principal.Service("apigateway.amazonaws.com"),
        stack.accountId(),
        stack.region(),
        requestId,
        Map.of("aws:SourceArn", arn, "aws:SourceAccount", stack.accountId()));
  }

  /// A function's ARN, bare or in API Gateway's own form.
  private String functionOf(Call call) {
    String target = String.valueOf(call.matched().route().target());
    String id = target.substring(target.indexOf('/') + 1);
    String uri = apis.integration(call.to().apiId(), id).integrationUri();
    int start = uri.indexOf("arn:aws:lambda:");
    int end = uri.indexOf("/invocations");
    return uri.substring(Math.max(start, 0), end < 0 ? uri.length() : end);
  }

  private static String decode(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static WireResponse message(int status, String text) {
    return WireResponse.text(status, "application/json", "{\"message\":\"" + text + "\"}");
  }
}
