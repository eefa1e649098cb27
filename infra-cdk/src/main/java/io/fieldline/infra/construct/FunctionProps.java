// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.sqs.IQueue;

/// What one function needs beside its code.
///
/// @param environment its environment variables
/// @param grants what its role may do, apart from writing its own log
/// @param deadLetters where an asynchronous invocation goes that failed for good; required for
///   every function that is invoked asynchronously
record FunctionProps(
    Map<String, String> environment, List<PolicyStatement> grants, Optional<IQueue> deadLetters) {

  static FunctionProps of(Map<String, String> environment, List<PolicyStatement> grants) {
    return new FunctionProps(environment, grants, Optional.empty());
  }

  FunctionProps deadLettersTo(IQueue queue) {
    return new FunctionProps(environment, grants, Optional.of(queue));
  }
}
