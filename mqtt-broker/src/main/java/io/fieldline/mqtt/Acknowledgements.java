// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The acknowledgements of a connection's messages: sent in the order in which the messages came,
/// however late each is due. Any thread may call it.
///
/// Source: MQTT 3.1.1, 4.6; MQTT 5.0, 4.6.
final class Acknowledgements {
  private final Connection connection;
  private final ArrayDeque<Due> expected = new ArrayDeque<>();

  Acknowledgements(Connection connection) {
    this.connection = connection;
  }

  /// A message that came and is not acknowledged yet.
  final class Due {
    private static final int OPEN = -1;

    private final int packetId;
    private int code = OPEN;

    private Due(int packetId) {
      this.packetId = packetId;
    }

    /// The first answer counts.
    void answer(int reasonCode) {
      Acknowledgements.this.answer(this, reasonCode);
    }
  }

  synchronized Due expect(int packetId) {
    var due = new Due(packetId);
    expected.add(due);
    return due;
  }

  synchronized int open() {
    return expected.size();
  }

  private void answer(Due due, int code) {
    List<Due> ready = new ArrayList<>();
    synchronized (this) {
      if (due.code != Due.OPEN) {
        return;
      }
      due.code = code;
      for (Due first = expected.peek();
          first != null && first.code != Due.OPEN;
          first = expected.peek()) {
        ready.add(expected.remove());
      }
      // Written while the order is ours: another thread may have the next ones.
      ready.forEach(d -> connection.write(Packets.puback(d.packetId, d.code)));
    }
    if (!ready.isEmpty()) {
      connection.resumeReading();
    }
  }
}
