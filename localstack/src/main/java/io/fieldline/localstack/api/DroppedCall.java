// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

/// A call that was not carried out and gets no answer, as where a network fails.
public final class DroppedCall extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DroppedCall(String why) {
    super(why, null, false, false);
  }
}
