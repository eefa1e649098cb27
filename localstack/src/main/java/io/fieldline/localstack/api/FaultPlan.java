// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

/// May delay a call, or fail it by throwing {@link AwsFailure}, before its handler runs.
@FunctionalInterface
public interface FaultPlan {
  void before(Caller caller, Operation<?, ?> operation);
}
