// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/// Who is calling, for which account and region, and with which global condition keys.
///
/// @param context such as {@code aws:SourceArn} and {@code aws:SourceAccount} of a service's call
public record Caller(
    Principal principal,
    String accountId,
    String region,
    String requestId,
    Map<String, String> context) {
  private static final ScopedValue<Caller> CURRENT = ScopedValue.newInstance();

  public Caller {
    context = Map.copyOf(context);
  }

  /// The caller of the operation that this thread carries out.
  ///
  /// @throws NoSuchElementException outside a call
  public static Caller current() {
    return CURRENT.get();
  }

  /// Does {@code work} as this caller; calls made inside are his.
  public <T> T run(Supplier<T> work) {
    return ScopedValue.where(CURRENT, this).call(work::get);
  }

  /// An ARN in the caller's account and region: {@code arn("iot", "thing/pump")}.
  public String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + accountId + ":" + resource;
  }

  /// The same account, region and request with another principal and its condition keys.
  public Caller as(Principal other, Map<String, String> itsContext) {
    return new Caller(other, accountId, region, requestId, itsContext);
  }
}
