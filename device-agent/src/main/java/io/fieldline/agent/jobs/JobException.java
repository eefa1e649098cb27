// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

/// A job that cannot be done, with the reason as the operator reads it.
final class JobException extends Exception {
  private static final long serialVersionUID = 1L;

  JobException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
