// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import io.fieldline.localstack.ways.Step.Lane;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A registered operation: its handler, and what a caller needs to be allowed to do for it.
/// Configured once, at start, by the service that registers it.
public final class Operation<I, O> {
  /// SDK package of a service, where it differs from the prefix of its IAM actions.
  private static final Map<String, String> ACTION_PREFIX =
      Map.of(
          "iotdataplane", "iot",
          "iotjobsdataplane", "iotjobsdata",
          "cloudwatchlogs", "logs",
          "apigatewayv2", "apigateway",
          "cognitoidentityprovider", "cognito-idp");

  private final Class<I> requestType;
  private final String service;
  private final String name;
  private final String label;
  private final Lane lane;
  private final StreamingHandler<I, O> handler;
  private Function<I, List<Access>> accesses;
  private Function<I, Optional<String>> resourcePolicy = _ -> Optional.empty();

  Operation(Class<I> requestType, StreamingHandler<I, O> handler) {
    this.requestType = requestType;
    this.service = service(requestType);
    this.name = name(requestType);
    this.label = service + ":" + name;
    this.lane = Lanes.of(service, name);
    this.handler = handler;
    this.accesses = _ -> List.of(new Access(actionPrefix() + ":" + name(), "*"));
  }

  /// The ARN that the operation acts on; the action is the operation's own name.
  public Operation<I, O> resource(Function<I, String> arn) {
    return access(r -> List.of(new Access(actionPrefix() + ":" + name(), arn.apply(r))));
  }

  /// As {@link #resource}, for an operation whose action has another name ({@code
  /// lambda:InvokeFunction} for Invoke).
  public Operation<I, O> resource(String action, Function<I, String> arn) {
    return access(r -> List.of(new Access(action, arn.apply(r))));
  }

  /// Everything that the call needs; an empty list needs no permission (STS GetCallerIdentity).
  public Operation<I, O> access(Function<I, List<Access>> needed) {
    this.accesses = needed;
    return this;
  }

  /// The policy attached to the resource itself, as JSON, if there is one.
  public Operation<I, O> resourcePolicy(Function<I, Optional<String>> policy) {
    this.resourcePolicy = policy;
    return this;
  }

  /// The SDK's name of the service: {@code iot}, {@code iotdataplane}, {@code cloudwatchlogs}.
  public String service() {
    return service;
  }

  static String service(Class<?> requestType) {
    String[] parts = requestType.getPackageName().split("\\.");
    return parts[parts.length - 2];
  }

  /// AWS's name of the operation, such as {@code CreateThing}.
  public String name() {
    return name;
  }

  static String name(Class<?> requestType) {
    String simple = requestType.getSimpleName();
    return simple.substring(0, simple.length() - "Request".length());
  }

  /// Both, as {@code dynamodb:PutItem}.
  public String label() {
    return label;
  }

  /// Where on a way its calls are.
  Lane lane() {
    return lane;
  }

  public Class<I> requestType() {
    return requestType;
  }

  private String actionPrefix() {
    return ACTION_PREFIX.getOrDefault(service(), service());
  }

  List<Access> accesses(I request) {
    return accesses.apply(request);
  }

  Optional<String> resourcePolicyOf(I request) {
    return resourcePolicy.apply(request);
  }

  StreamingHandler<I, O> handler() {
    return handler;
  }
}
