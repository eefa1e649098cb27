// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

/// The command line or the script is not as expected; the message says what was.
final class FleetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FleetException(String message) {
    super(message);
  }
}
