// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.io.IOException;

/// A message is not what the contract says: the text names the place, what was expected and what
/// came.
public final class MessageException extends IOException {
  private static final long serialVersionUID = 1L;

  /// An exception with that text.
  public MessageException(String message) {
    super(message);
  }
}
