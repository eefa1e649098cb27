// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

/// A token is not taken; the text says why, without the token.
final class TokenException extends Exception {
  private static final long serialVersionUID = 1L;

  TokenException(String message) {
    super(message);
  }
}
