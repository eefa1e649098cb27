// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import io.fieldline.agent.config.ModbusRegister;
import io.fieldline.agent.config.ModbusRegister.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Registers that are read by one request: of one device and table, at neighbouring addresses,
/// equally often.
record Batch(List<ModbusRegister> registers) {
  /// Source: Modbus Application Protocol Specification V1.1b3, sections 6.1 and 6.3.
  private static final int MAX_BITS = 2000;

  private static final Comparator<ModbusRegister> ORDER =
      Comparator.comparing(ModbusRegister::unitId)
          .thenComparing(ModbusRegister::table)
          .thenComparing(ModbusRegister::every)
          .thenComparing(ModbusRegister::address);

  /// As few requests as the bounds allow.
  ///
  /// @param maxGap addresses that may be read for nothing between two that are wanted
  /// @param maxQuantity registers of one request
  static List<Batch> of(List<ModbusRegister> registers, int maxGap, int maxQuantity) {
    List<Batch> batches = new ArrayList<>();
    List<ModbusRegister> open = new ArrayList<>();
    for (ModbusRegister register : registers.stream().sorted(ORDER).toList()) {
      if (!open.isEmpty() && !fits(open, register, maxGap, maxQuantity)) {
        batches.add(new Batch(List.copyOf(open)));
        open.clear();
      }
      open.add(register);
    }
    if (!open.isEmpty()) {
      batches.add(new Batch(List.copyOf(open)));
    }
    return batches;
  }

  private static boolean fits(
      List<ModbusRegister> open, ModbusRegister next, int maxGap, int maxQuantity) {
    ModbusRegister first = open.getFirst();
    int end = end(open);
    int most = first.table().isBits() && maxQuantity > 1 ? MAX_BITS : maxQuantity;
    return next.unitId() == first.unitId()
        && next.table() == first.table()
        && next.every().equals(first.every())
        && next.address() <= end + maxGap
        && Math.max(end, next.end()) - first.address() <= most;
  }

  private static int end(List<ModbusRegister> registers) {
    return registers.stream().mapToInt(ModbusRegister::end).max().orElseThrow();
  }

  int unitId() {
    return registers.getFirst().unitId();
  }

  Table table() {
    return registers.getFirst().table();
  }

  int address() {
    return registers.getFirst().address();
  }

  int quantity() {
    return end(registers) - address();
  }

  Duration every() {
    return registers.getFirst().every();
  }
}
