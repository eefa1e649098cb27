// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.util.Map;

/// Where services leave what they count and measure. It returns at once and never fails.
@FunctionalInterface
public interface MetricSink {
  /// For a service whose metrics nobody reads.
  MetricSink NONE = (_, _, _, _, _) -> {};

  /// One value, measured now by the stack's clock.
  ///
  /// @param unit one of CloudWatch's, such as `Count` and `Milliseconds`
  void add(
      String namespace, String name, Map<String, String> dimensions, String unit, double value);
}
