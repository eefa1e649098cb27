// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.reload;

/// The file was not taken, and all is as it was; the message says why.
public final class ReloadException extends Exception {
  private static final long serialVersionUID = 1L;

  ReloadException(String why) {
    super(why);
  }
}
