// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.json;

/// A text was not the JSON that was expected; the message says what came and where.
public final class JsonSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  /// An exception with that message.
  public JsonSyntaxException(String message) {
    super(message);
  }
}
