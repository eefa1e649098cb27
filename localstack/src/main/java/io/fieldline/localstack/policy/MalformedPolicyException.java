// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

/// The text is no policy; the message says why.
public final class MalformedPolicyException extends RuntimeException {
  public MalformedPolicyException(String message) {
    super(message);
  }
}
