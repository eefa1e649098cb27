// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.AwsFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What AWS refuses when a function is made or changed.
///
/// Source: Lambda API Reference, CreateFunction; Lambda Developer Guide, "Lambda quotas", "Defined
/// runtime environment variables".
final class FunctionChecks {
  /// Run by the JDK that runs this stack; any other runtime would be a pretence.
  private static final Set<String> RUNTIMES = Set.of("java25", "java21", "java17");

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final int MAX_ENVIRONMENT_BYTES = 4 * 1024;
  private static final Set<String> RESERVED =
      Set.copyOf(
          List.of(
              "_HANDLER",
              "AWS_ACCESS_KEY_ID",
              "AWS_DEFAULT_REGION",
              "AWS_EXECUTION_ENV",
              "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
              "AWS_LAMBDA_FUNCTION_NAME",
              "AWS_LAMBDA_FUNCTION_VERSION",
              "AWS_LAMBDA_INITIALIZATION_TYPE",
              "AWS_LAMBDA_LOG_GROUP_NAME",
              "AWS_LAMBDA_LOG_STREAM_NAME",
              "AWS_LAMBDA_RUNTIME_API",
              "AWS_REGION",
              "AWS_SECRET_ACCESS_KEY",
              "AWS_SESSION_TOKEN",
              "LAMBDA_RUNTIME_DIR",
              "LAMBDA_TASK_ROOT"));

  private FunctionChecks() {}

  static void check(FunctionVersion function) {
    if (!NAME.matcher(function.name()).matches()) {
      throw constraint(
          function.name(),
          "functionName",
          "Member must satisfy regular expression pattern: [a-zA-Z0-9-_]{1,64}");
    }
    if (!RUNTIMES.contains(function.runtime())) {
      throw invalid(
          "This local stack runs the runtimes "
              + new TreeSet<>(RUNTIMES)
              + ", not "
              + function.runtime());
    }
    if (function.handler().isBlank()) {
      throw invalid("Runtime and Handler are mandatory parameters for functions created with zip");
    }
    between(function.timeoutSeconds(), 1, 900, "timeout");
    between(function.memoryMb(), 128, 10_240, "memorySize");
    checkVariables(function.environment());
    checkDeadLetters(function.deadLetterArn());
  }

  private static void between(int value, int least, int most, String member) {
    if (value < least) {
      throw constraint(value, member, "Member must have value greater than or equal to " + least);
    }
    if (value > most) {
      throw constraint(value, member, "Member must have value less than or equal to " + most);
    }
  }

  private static void checkVariables(Map<String, String> variables) {
    var reserved = new TreeSet<>(variables.keySet());
    reserved.retainAll(RESERVED);
    if (!reserved.isEmpty()) {
      throw invalid(
          "Lambda was unable to configure your environment variables because the environment"
              + " variables you have provided contains reserved keys that are currently not"
              + " supported for modification. Reserved keys used in this request: "
              + String.join(", ", reserved));
    }
    int bytes =
        variables.entrySet().stream().mapToInt(v -> bytes(v.getKey()) + bytes(v.getValue())).sum();
    if (bytes > MAX_ENVIRONMENT_BYTES) {
      throw invalid(
          "Lambda was unable to configure your environment variables because the environment"
              + " variables you have provided exceeded the 4KB limit. Bytes measured: "
              + bytes);
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void checkDeadLetters(@Nullable String arn) {
    if (arn != null && !arn.isEmpty() && !arn.contains(":sqs:")) {
      throw invalid("Only SQS queues take dead letters in this local stack, not " + arn);
    }
  }

  private static AwsFailure invalid(String message) {
    return new AwsFailure("InvalidParameterValueException", 400, message);
  }

  private static AwsFailure constraint(Object value, String member, String expected) {
    return AwsFailure.validation(
        "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s"
            .formatted(value, member, expected));
  }
}
