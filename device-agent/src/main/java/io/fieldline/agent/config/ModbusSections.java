// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.ModbusRegister.Table;
import io.fieldline.agent.config.ModbusRegister.Type;
import io.fieldline.agent.config.ModbusRegister.WordOrder;
import io.fieldline.agent.config.SourceConfig.Modbus;
import io.fieldline.agent.config.SourceConfig.Modbus.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads a connection or bus of Modbus devices.
///
/// @param thing whose sensors they are unless a register names a device
record ModbusSections(String thing) {
  private enum Kind {
    TCP,
    RTU,
    RTU_OVER_TCP
  }

  SourceConfig read(YamlSection section) {
    YamlSection remote = section.remote();
    String name = SourceSections.name(section);
    Transport transport =
        switch (section.requiredChoice("type", Kind.class, "what carries the requests")) {
          case TCP -> new Transport.Tcp(address(section, "tcp"));
          case RTU_OVER_TCP -> new Transport.RtuOverTcp(address(section, "rtu-over-tcp"));
          case RTU -> new Transport.Rtu(SourceSections.port(section.ofKind("rtu")));
        };
    Duration every = SourceSections.every(remote, 1000);
    Duration timeout =
        remote.millis("timeoutMs", 1000, 10, 60_000, "after this a device counts as silent");
    int maxGap =
        (int)
            remote.whole(
                "maxGap",
                0,
                0,
                124,
                "addresses",
                "how many may be read for nothing between two that are wanted, in one request");
    int maxQuantity =
        (int)
            remote.whole(
                "maxQuantity", 125, 1, 125, "registers", "how many are read by one request");
    List<ModbusRegister> registers = new ArrayList<>();
    for (YamlSection register : remote.list("registers")) {
      registers.add(register(register, every));
      register.end();
    }
    if (registers.isEmpty()) {
      remote.missing("registers", "a list of registers");
    }
    Duration slowest =
        registers.stream().map(ModbusRegister::every).max(Duration::compareTo).orElse(every);
    return new Modbus(
        name,
        transport,
        timeout,
        maxGap,
        maxQuantity,
        registers,
        SourceSections.stalledAfter(remote, slowest));
  }

  private static InetSocketAddress address(YamlSection section, String kind) {
    return section.ofKind(kind).requiredAddress("connect", "address of the device or gateway");
  }

  private ModbusRegister register(YamlSection section, Duration every) {
    Table table = section.choice("table", Table.HOLDING_REGISTER, "which of its four tables");
    Type type =
        section.choice("valueType", table.isBits() ? Type.BIT : Type.INT16, "what it holds");
    if (table.isBits() && type != Type.BIT) {
      section.problem("valueType", "bit expected for a coil or discrete input");
      type = Type.BIT;
    }
    int address =
        (int)
            section.requiredWhole(
                "address", 0, 65_535, "address", "as on the wire: the first register is 0");
    if (address + type.addresses() > 65_536) {
      section.problem("address", "room for its " + type.addresses() + " registers expected");
    }
    return new ModbusRegister(
        (int) section.whole("unitId", 1, 0, 255, "unit", "the device on its bus"),
        table,
        address,
        type,
        section.choice("wordOrder", WordOrder.BIG, "which register of several comes first"),
        section.number("scale", 1, "what the value is multiplied with"),
        section.number("offset", 0, "what is added after that"),
        section.device(thing),
        section.required(
            "sensor", SourceSections.SENSOR, SourceSections.SENSOR_EXPECTED, "name of the sensor"),
        SourceSections.unit(section),
        section
            .millis(
                "everyMs", "the connection's", 10, SourceSections.DAY_MS, "time between readings")
            .orElse(every));
  }
}
