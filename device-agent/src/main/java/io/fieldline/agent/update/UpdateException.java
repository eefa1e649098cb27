// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

/// An update that will not do, however often it is tried, with the reason for the operator.
public final class UpdateException extends Exception {
  private static final long serialVersionUID = 1L;

  UpdateException(String reason) {
    super(reason);
  }

  /// Why, in plain words.
  public String reason() {
    return String.valueOf(getMessage());
  }
}
