// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/// Calls of other services on behalf of a rule: by its role, whose trust must name
/// `iot.amazonaws.com`, or by that service itself with the rule as source. Thread-safe.
final class ActionCalls {
  static final String IOT = "iot.amazonaws.com";
  private static final Duration SESSION_REUSE = Duration.ofSeconds(5);
  private static final int TRIES = 3;
  private static final int MAX_SESSION_NAME = 64;

  private final Api api;
  private final StackInfo info;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final WebPosts posts = new WebPosts();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  private record Session(Principal principal, Instant until) {}

  ActionCalls(Api api, StackInfo info, InstantSource clock, RandomGenerator random) {
    this.api = api;
    this.info = info;
    this.clock = clock;
    this.random = random;
  }

  /// To web servers, which are no part of this stack.
  WebPosts posts() {
    return posts;
  }

  /// Whether this stack has the operation.
  boolean offers(Class<?> requestType) {
    return api.has(requestType);
  }

  /// The calls within are not made durable one by one.
  <T> T uncommitted(Supplier<T> work) {
    return api.uncommitted(work);
  }

  /// Throws {@link AwsFailure} unless the role exists and trusts the IoT service.
  void assumeRole(String roleArn, String rule) {
    byService(rule)
        .run(() ->
            api.call(
                AssumeRoleRequest.builder()
                    .roleArn(roleArn)
                    .roleSessionName(sessionName(rule))
                    .build(),
                AssumeRoleResponse.class));
  }

  /// A call by a session of the rule's role. An error of the server's kind is tried twice more.
  <O extends AwsResponse> O asRole(
      String roleArn, String rule, AwsRequest request, Class<O> responseType) {
    return retried(() -> api.call(byRole(roleArn, rule), request, responseType));
  }

  /// As `asRole`, with a body that is read from the start at each try.
  void uploadAsRole(String roleArn, String rule, AwsRequest request, Supplier<InputStream> body) {
    retried(() -> byRole(roleArn, rule).run(() -> api.stream(request, body.get())));
  }

  /// A call by the service itself, with the rule as `aws:SourceArn`.
  <O extends AwsResponse> O asService(String rule, AwsRequest request, Class<O> responseType) {
    return retried(() -> api.call(byService(rule), request, responseType));
  }

  /// The body that a call by the service itself answers with.
  byte[] downloadAsService(String rule, AwsRequest request) {
    return retried(() ->
        byService(rule)
            .run(() -> {
              try (var body = api.stream(request, InputStream.nullInputStream()).body()) {
                return body == null ? new byte[0] : body.readAllBytes();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }));
  }

  String ruleArn(String rule) {
    return info.arn("iot", "rule/" + rule);
  }

  private Caller byService(String rule) {
    return new Caller(
        new Principal.Service(IOT),
        info.accountId(),
        info.region(),
        requestId(),
        Map.of(
            "aws:SourceArn", ruleArn(rule),
            "aws:SourceAccount", info.accountId()));
  }

  private Caller byRole(String roleArn, String rule) {
    return new Caller(
        session(roleArn, rule), info.accountId(), info.region(), requestId(), Map.of());
  }

  /// A session is kept for a few seconds, as AWS keeps its credentials for longer: a message does
  /// not cost an AssumeRole.
  private Principal session(String roleArn, String rule) {
    var now = clock.instant();
    var known = sessions.get(roleArn + " " + rule);
    if (known != null && now.isBefore(known.until())) {
      return known.principal();
    }
    assumeRole(roleArn, rule);
    var role = roleArn.substring(roleArn.lastIndexOf('/') + 1);
    var principal = new Principal.RoleSession(account(roleArn), role, sessionName(rule));
    sessions.put(roleArn + " " + rule, new Session(principal, now.plus(SESSION_REUSE)));
    return principal;
  }

  /// Assumed: retries of actions other than http are not documented; errors of the server's kind
  /// and throttling are tried three times in all.
  private static <T> T retried(Supplier<T> call) {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.get();
      } catch (AwsFailure failure) {
        boolean transientError = failure.status() >= 500 || failure.code().contains("Throttl");
        if (!transientError || attempt == TRIES) {
          throw failure;
        }
        LockSupport.parkNanos(Duration.ofMillis(20L << attempt).toNanos());
      }
    }
  }

  private String requestId() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private static String sessionName(String rule) {
    return rule.length() > MAX_SESSION_NAME ? rule.substring(0, MAX_SESSION_NAME) : rule;
  }

  private static String account(String arn) {
    var parts = arn.split(":", 6);
    return parts.length == 6 ? parts[4] : "";
  }
}
