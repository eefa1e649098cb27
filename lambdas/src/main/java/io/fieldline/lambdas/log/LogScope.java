// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.log;

import com.amazonaws.services.lambda.runtime.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/// What every line carries that is written while some work runs: the invocation, the message, the
/// device. Scopes nest.
public final class LogScope {
  /// The name that Lambda's own JSON lines use for it.
  public static final String REQUEST = "AWSRequestId";

  private static final ScopedValue<Map<String, String>> FIELDS = ScopedValue.newInstance();

  private LogScope() {}

  /// Runs one invocation.
  public static <R, X extends Throwable> R of(Context context, ScopedValue.CallableOp<R, X> work)
      throws X {
    return with(Map.of(REQUEST, context.getAwsRequestId()), work);
  }

  /// Runs work whose lines carry these fields too.
  public static <R, X extends Throwable> R with(
      Map<String, String> fields, ScopedValue.CallableOp<R, X> work) throws X {
    var all = new LinkedHashMap<>(fields());
    all.putAll(fields);
    return ScopedValue.where(FIELDS, all).call(work);
  }

  static Map<String, String> fields() {
    return FIELDS.isBound() ? FIELDS.get() : Map.of();
  }
}
