// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.AwsFailure;

/// SQS's errors in its own words.
final class SqsFailures {
  private SqsFailures() {}

  static AwsFailure noSuchQueue() {
    return new AwsFailure("QueueDoesNotExist", 400, "The specified queue does not exist.");
  }

  static AwsFailure noSuchResource(String message) {
    return new AwsFailure("ResourceNotFoundException", 400, message);
  }

  static AwsFailure invalidAddress(String url) {
    return new AwsFailure(
        "InvalidAddress", 400, "The address " + url + " is not valid for this endpoint.");
  }

  static AwsFailure invalidAttribute(String name, String value, String expected) {
    return new AwsFailure(
        "InvalidAttributeValue",
        400,
        "Invalid value for the parameter " + name + ". Expected " + expected + ", got " + value);
  }

  static AwsFailure invalidParameter(String message) {
    return new AwsFailure("InvalidParameterValue", 400, message);
  }

  static AwsFailure missing(String parameter) {
    return new AwsFailure(
        "MissingParameter", 400, "The request must contain the parameter " + parameter + ".");
  }

  static AwsFailure invalidReceipt(String handle) {
    return new AwsFailure(
        "ReceiptHandleIsInvalid",
        400,
        "The input receipt handle \"" + handle + "\" is not a valid receipt handle.");
  }

  static AwsFailure notInFlight() {
    return new AwsFailure("MessageNotInflight", 400, "The message referred to isn't in flight.");
  }

  static AwsFailure unsupported(String what) {
    return new AwsFailure(
        "UnsupportedOperation", 400, what + " is not supported by this local stack");
  }
}
