// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/// Carries a request to a device and its answer back, one at a time. Opens itself when it is first
/// used, and again after it failed.
///
/// The library's own clients and transports are not used: they bring Netty 4.1, executors and a
/// logging façade for what is one blocking exchange at a time here.
interface ModbusLink extends AutoCloseable {
  /// The answer's PDU, its function code first.
  ///
  /// @throws java.net.SocketTimeoutException if none came in time
  ByteBuffer exchange(int unitId, ByteBuffer pdu, Duration atMost)
      throws IOException, InterruptedException;

  /// Ends what is open; the next exchange opens it again.
  @Override
  void close();
}
