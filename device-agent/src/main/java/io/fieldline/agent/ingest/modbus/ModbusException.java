// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import java.io.IOException;

/// A device answered, and what it answered is no value: the connection is as good as before.
final class ModbusException extends IOException {
  private static final long serialVersionUID = 1L;

  ModbusException(String message) {
    super(message);
  }
}
