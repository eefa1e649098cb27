// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.time.Duration;

/// One value in the registers of a Modbus device.
///
/// @param unitId the device on its bus, or behind its gateway
/// @param address as it is on the wire: the first register is 0
/// @param scale what the raw value is multiplied with
/// @param offset what is added after that
/// @param device full name of the device whose reading it is
/// @param every time between readings
public record ModbusRegister(
    int unitId,
    Table table,
    int address,
    Type type,
    WordOrder wordOrder,
    double scale,
    double offset,
    String device,
    String sensor,
    String unit,
    Duration every) {

  /// The four tables of a device and the function that reads each. Source: Modbus Application
  /// Protocol Specification V1.1b3, sections 4.3 and 6.1 to 6.4.
  public enum Table {
    /// Function 1.
    COIL,
    /// Function 2.
    DISCRETE_INPUT,
    /// Function 3.
    HOLDING_REGISTER,
    /// Function 4.
    INPUT_REGISTER;

    /// Whether an address is one bit.
    public boolean isBits() {
      return this == COIL || this == DISCRETE_INPUT;
    }
  }

  /// What registers of 16 bits hold; the specification leaves it to the device.
  public enum Type {
    /// A coil or a discrete input.
    BIT(1),
    /// Signed, one register.
    INT16(1),
    /// Unsigned, one register.
    UINT16(1),
    /// Signed, two registers.
    INT32(2),
    /// Unsigned, two registers.
    UINT32(2),
    /// Signed, four registers.
    INT64(4),
    /// Unsigned, four registers.
    UINT64(4),
    /// IEEE 754, two registers.
    FLOAT32(2),
    /// IEEE 754, four registers.
    FLOAT64(4);

    private final int addresses;

    Type(int addresses) {
      this.addresses = addresses;
    }

    /// How many addresses it takes.
    public int addresses() {
      return addresses;
    }
  }

  /// Which register of a longer value comes first.
  public enum WordOrder {
    /// The most significant one.
    BIG,
    /// The least significant one.
    LITTLE
  }

  /// The address after its last.
  public int end() {
    return address + type.addresses();
  }
}
