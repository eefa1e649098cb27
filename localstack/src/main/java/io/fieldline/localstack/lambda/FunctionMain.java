// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;

/// Where a function's process begins: AWS's runtime client, and a watch on the stack's process. A
/// stack that is killed stops no function that is busy; the function must notice. This class is on
/// the class path of functions, and no other of this package.
public final class FunctionMain {
  /// As a process that was killed ends.
  private static final int KILLED = 137;

  private FunctionMain() {}

  public static void main(String[] arguments) throws Throwable {
    ProcessHandle.current()
        .parent()
        .ifPresent(stack -> stack.onExit().thenRun(() -> Runtime.getRuntime().halt(KILLED)));
    AWSLambda.main(arguments);
  }
}
