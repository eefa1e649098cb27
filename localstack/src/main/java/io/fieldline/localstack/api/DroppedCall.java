// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

/// A call that was not carried out and gets no answer, as where a network fails. Who called from
/// outside gets none; to the stack itself it is a server that fails.
public final class DroppedCall extends AwsFailure {
  private static final long serialVersionUID = 1;

  public DroppedCall(String why) {
    super("ServiceUnavailable", 503, why);
  }
}
