// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;
import java.math.BigInteger;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The service as a whole: control operations, and the APIs' own addresses.
public final class ApiGateway {
  private final HttpApis apis;
  private final TokenKeys keys;
  private final StackInfo stack;
  private final StackClock clock;
  private final MetricSink metrics;
  private final Ways ways;

  /// @param keys of the issuers whose tokens JWT authorizers take
  public ApiGateway(
      Store store,
      StackInfo stack,
      StackClock clock,
      RandomGenerator random,
      TokenKeys keys,
      MetricSink metrics,
      Ways ways) {
    this.ways = ways;
    this.metrics = metrics;
    this.apis = new HttpApis(store, stack, clock, () -> id(random));
    this.keys = keys;
    this.stack = stack;
    this.clock = clock;
  }

  public void register(Api api, WebPaths paths) {
    apis.register(api);
    paths.add(
        new HttpGateway(
            api,
            apis,
            new JwtCheck(keys, clock),
            stack,
            clock,
            () -> UUID.randomUUID().toString(),
            metrics,
            ways));
  }

  private static String id(RandomGenerator random) {
    byte[] bytes = new byte[10];
    random.nextBytes(bytes);
    String text = new BigInteger(1, bytes).toString(36);
    return ("0000000000" + text).substring(text.length()).substring(0, 10);
  }
}
