// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import com.digitalpetri.modbus.ExceptionCode;
import com.digitalpetri.modbus.ModbusPduSerializer.DefaultRequestSerializer;
import com.digitalpetri.modbus.ModbusPduSerializer.DefaultResponseSerializer;
import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import com.digitalpetri.modbus.pdu.ReadCoilsRequest;
import com.digitalpetri.modbus.pdu.ReadCoilsResponse;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsRequest;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsResponse;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersResponse;
import com.digitalpetri.modbus.pdu.ReadInputRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadInputRegistersResponse;
import io.fieldline.agent.config.ModbusRegister;
import io.fieldline.agent.config.ModbusRegister.WordOrder;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/// The request of a batch, and the values in its answer.
final class RegisterValues {
  private static final int MAX_PDU = 253;
  private static final int EXCEPTION = 0x80;

  private RegisterValues() {}

  static ByteBuffer request(Batch batch) throws ModbusException {
    int address = batch.address();
    int quantity = batch.quantity();
    ModbusRequestPdu request =
        switch (batch.table()) {
          case COIL -> new ReadCoilsRequest(address, quantity);
          case DISCRETE_INPUT -> new ReadDiscreteInputsRequest(address, quantity);
          case HOLDING_REGISTER -> new ReadHoldingRegistersRequest(address, quantity);
          case INPUT_REGISTER -> new ReadInputRegistersRequest(address, quantity);
        };
    ByteBuffer pdu = ByteBuffer.allocate(MAX_PDU);
    try {
      DefaultRequestSerializer.INSTANCE.encode(request, pdu);
    } catch (com.digitalpetri.modbus.exceptions.ModbusException e) {
      throw new ModbusException("the request cannot be written: " + e.getMessage());
    }
    return pdu.flip();
  }

  /// The bytes of the registers or bits in an answer to that batch.
  static byte[] bytes(Batch batch, ByteBuffer pdu) throws ModbusException {
    int function = pdu.get(pdu.position()) & 0xff;
    if (function >= EXCEPTION) {
      int code = pdu.remaining() > 1 ? pdu.get(pdu.position() + 1) & 0xff : 0;
      String name = ExceptionCode.from(code).map(Enum::name).orElse("unknown");
      throw new ModbusException(
          where(batch) + ": the device answers exception " + code + ", " + name);
    }
    byte[] bytes = decoded(batch, function, pdu);
    int expected = batch.table().isBits() ? (batch.quantity() + 7) / 8 : 2 * batch.quantity();
    if (bytes.length < expected) {
      throw new ModbusException(
          where(batch) + ": " + expected + " bytes expected, got " + bytes.length);
    }
    return bytes;
  }

  private static byte[] decoded(Batch batch, int function, ByteBuffer pdu) throws ModbusException {
    try {
      return switch (DefaultResponseSerializer.INSTANCE.decode(function, pdu)) {
        case ReadCoilsResponse answer -> answer.coils();
        case ReadDiscreteInputsResponse answer -> answer.inputs();
        case ReadHoldingRegistersResponse answer -> answer.registers();
        case ReadInputRegistersResponse answer -> answer.registers();
        default -> throw new ModbusException(where(batch) + ": got the answer to another function");
      };
    } catch (com.digitalpetri.modbus.exceptions.ModbusException | RuntimeException e) {
      throw new ModbusException(where(batch) + ": the answer cannot be read: " + e);
    }
  }

  static String where(Batch batch) {
    return "unit "
        + batch.unitId()
        + ", "
        + batch.quantity()
        + " of "
        + batch.table()
        + " from "
        + batch.address();
  }

  /// The scaled value of one register; what is no number is NaN.
  static double value(Batch batch, ModbusRegister register, byte[] bytes) {
    int offset = register.address() - batch.address();
    double raw =
        batch.table().isBits()
            ? (bytes[offset / 8] >> (offset % 8)) & 1
            : raw(register, words(register, bytes, 2 * offset));
    return raw * register.scale() + register.offset();
  }

  /// The bytes of the value, the most significant first.
  private static ByteBuffer words(ModbusRegister register, byte[] bytes, int from) {
    int count = register.type().addresses();
    ByteBuffer value = ByteBuffer.allocate(2 * count);
    for (int i = 0; i < count; i++) {
      int word = register.wordOrder() == WordOrder.BIG ? i : count - 1 - i;
      value.put(bytes, from + 2 * word, 2);
    }
    return value.flip();
  }

  private static double raw(ModbusRegister register, ByteBuffer value) {
    return switch (register.type()) {
      case BIT -> value.getShort() & 1;
      case INT16 -> value.getShort();
      case UINT16 -> value.getShort() & 0xffff;
      case INT32 -> value.getInt();
      case UINT32 -> value.getInt() & 0xffff_ffffL;
      case INT64 -> value.getLong();
      case UINT64 -> new BigInteger(1, value.array()).doubleValue();
      case FLOAT32 -> value.getFloat();
      case FLOAT64 -> value.getDouble();
    };
  }
}
