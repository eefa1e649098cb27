// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.AwsFailure;
import java.util.Optional;

/// Why a device's request was refused, with the execution's state where that helps it.
///
/// Source: AWS IoT Core Developer Guide, "AWS IoT jobs APIs", "ErrorResponse". Assumed: texts, and
/// the HTTP status of a wrong version, which the model of the HTTP API does not have.
final class JobFailure extends RuntimeException {
  private final Code code;
  private final transient Optional<Execution> state;

  /// AWS's name over MQTT, and its error over HTTP.
  enum Code {
    INVALID_JSON("InvalidJson", "InvalidRequestException", 400),
    INVALID_REQUEST("InvalidRequest", "InvalidRequestException", 400),
    INVALID_STATE_TRANSITION("InvalidStateTransition", "InvalidStateTransitionException", 409),
    RESOURCE_NOT_FOUND("ResourceNotFound", "ResourceNotFoundException", 404),
    VERSION_MISMATCH("VersionMismatch", "VersionMismatchException", 409),
    TERMINAL_STATE_REACHED("TerminalStateReached", "TerminalStateException", 410);

    private final String overMqtt;
    private final String overHttp;
    private final int status;

    Code(String overMqtt, String overHttp, int status) {
      this.overMqtt = overMqtt;
      this.overHttp = overHttp;
      this.status = status;
    }

    String overMqtt() {
      return overMqtt;
    }
  }

  JobFailure(Code code, String message, Optional<Execution> state) {
    super(message, null, false, false);
    this.code = code;
    this.state = state;
  }

  JobFailure(Code code, String message) {
    this(code, message, Optional.empty());
  }

  static JobFailure invalidRequest(String message) {
    return new JobFailure(Code.INVALID_REQUEST, message);
  }

  Code code() {
    return code;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  /// Of the execution, for those codes that come with it.
  Optional<Execution> state() {
    return state;
  }

  AwsFailure asAws() {
    return new AwsFailure(code.overHttp, code.status, text());
  }
}
