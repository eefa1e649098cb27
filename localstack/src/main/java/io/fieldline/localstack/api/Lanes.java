// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import io.fieldline.localstack.ways.Step.Lane;

/// Where on a way a call of a service is.
final class Lanes {
  private Lanes() {}

  /// @param service the SDK's name, such as {@code iotdataplane}
  static Lane of(String service, String operation) {
    return switch (service) {
      case "dynamodb" -> Lane.TABLE;
      case "sqs", "sns", "kinesis", "firehose" -> Lane.QUEUE;
      case "lambda" -> Lane.FUNCTION;
      case "iotdataplane" -> operation.contains("Shadow") ? Lane.SHADOW : Lane.IOT;
      case "iot", "iotjobsdataplane" -> Lane.IOT;
      default -> Lane.OTHER;
    };
  }
}
