// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import java.time.Duration;

/// What is to go wrong, and with which calls.
///
/// @param service the SDK's name, such as `dynamodb`
/// @param operation empty for every one
/// @param principal part of the caller's ARN; empty for everybody
/// @param nth which of the calls that fit, from 1, once; 0 for each
/// @param probability for each that fits, where `nth` does not say which
record Fault(
    String id,
    String service,
    String operation,
    String principal,
    long nth,
    double probability,
    What what) {

  /// What happens in place of the call, or before it.
  sealed interface What {
    /// It is answered with an error of this code.
    record Failure(String code) implements What {}

    /// It is carried out later.
    record Delay(Duration by) implements What {}

    /// It is not carried out, and its connection ends without an answer.
    record Drop() implements What {}
  }

  boolean fits(String ofService, String ofOperation, String arn) {
    return service.equals(ofService)
        && (operation.isEmpty() || operation.equals(ofOperation))
        && arn.contains(principal);
  }
}
