// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

/// What happens to a call that IAM does not allow.
public enum IamMode {
  /// It fails, as on AWS.
  ENFORCE,
  /// It goes on, and the log says what was missing.
  REPORT,
  /// Nothing is evaluated.
  OFF
}
