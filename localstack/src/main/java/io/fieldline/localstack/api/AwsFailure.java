// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.util.Map;

/// An error in AWS's own terms: code, HTTP status and message as the real service words it. The
/// only exception that an operation throws on purpose.
public sealed class AwsFailure extends RuntimeException permits DroppedCall {
  private final String code;
  private final int status;
  private final transient Map<String, Object> fields;

  public AwsFailure(String code, int status, String message) {
    this(code, status, message, Map.of());
  }

  /// @param fields further members of the error's shape, such as {@code CancellationReasons}:
  ///   values are strings, numbers, SDK model objects, or lists of these
  public AwsFailure(String code, int status, String message, Map<String, Object> fields) {
    super(message, null, false, false);
    this.code = code;
    this.status = status;
    this.fields = Map.copyOf(fields);
  }

  public String code() {
    return code;
  }

  public int status() {
    return status;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  public Map<String, Object> fields() {
    return fields;
  }

  public static AwsFailure notFound(String message) {
    return new AwsFailure("ResourceNotFoundException", 404, message);
  }

  public static AwsFailure invalidRequest(String message) {
    return new AwsFailure("InvalidRequestException", 400, message);
  }

  /// As CloudFormation and the other Query services call it.
  public static AwsFailure validationError(String message) {
    return new AwsFailure("ValidationError", 400, message);
  }

  public static AwsFailure validation(String message) {
    return new AwsFailure("ValidationException", 400, message);
  }
}
