// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A source that the agent asks or listens to by itself, one of several of its kind.
public sealed interface SourceConfig {
  /// Its name among those of its kind.
  String name();

  /// How long it may bring no reading before it counts as stalled; zero for ever.
  Duration stalledAfter();

  /// A serial port. Source: stty(1) for what the settings mean.
  record Port(Path path, int baud, int dataBits, Parity parity, int stopBits) {}

  /// The parity bit of a serial port.
  enum Parity {
    /// There is none.
    NONE,
    /// Makes the number of ones even.
    EVEN,
    /// Makes it odd.
    ODD
  }

  /// What sends messages on a serial port.
  ///
  /// @param greeting what is sent when the port is opened; empty for nothing
  /// @param answers whether each message is answered
  record SerialLines(
      String name,
      Port port,
      String device,
      String greeting,
      boolean answers,
      Framing framing,
      int maxLineBytes,
      Duration stalledAfter)
      implements SourceConfig {}

  /// A program whose output is lines of readings.
  ///
  /// @param command an absolute path that the configuration allows, and its arguments
  record Program(
      String name,
      List<String> command,
      String device,
      Duration every,
      Duration timeout,
      int maxOutputBytes,
      Duration stalledAfter)
      implements SourceConfig {
    /// Copies the list.
    public Program {
      command = List.copyOf(command);
    }
  }

  /// A file that lines of readings are added to.
  record TailedFile(
      String name,
      Path path,
      String device,
      From from,
      Duration every,
      int maxLineBytes,
      Duration stalledAfter)
      implements SourceConfig {
    /// Where reading begins in a file that was not read before.
    public enum From {
      /// At what is added from now on.
      END,
      /// At what is there.
      START
    }
  }

  /// A web page with values.
  ///
  /// @param values what is taken of its JSON; if empty, it is read as what sensors post
  record PolledPage(
      String name,
      URI url,
      String device,
      Optional<String> authorization,
      Duration every,
      Duration timeout,
      int maxBodyBytes,
      List<Value> values,
      Duration stalledAfter)
      implements SourceConfig {
    /// Copies the list.
    public PolledPage {
      values = List.copyOf(values);
    }

    /// One value of a JSON document.
    ///
    /// @param pointer where it is. Source: RFC 6901
    public record Value(String pointer, String sensor, String unit, double scale, double offset) {}
  }

  /// The sensors of the 1-wire buses of this machine.
  ///
  /// @param root the folder with `bus/w1/devices`, `/sys` on a real machine
  record OneWire(String name, Path root, String device, Duration every, Duration stalledAfter)
      implements SourceConfig {}

  /// Lines of a GPIO chip.
  ///
  /// @param chip its character device, such as `/dev/gpiochip0`
  record Gpio(
      String name,
      Path chip,
      String device,
      Duration every,
      List<Line> lines,
      Duration stalledAfter)
      implements SourceConfig {
    /// Copies the list.
    public Gpio {
      lines = List.copyOf(lines);
    }

    /// One line.
    ///
    /// @param activeLow whether low is 1
    public record Line(int offset, String sensor, Bias bias, boolean activeLow) {}

    /// What pulls a line that nothing drives.
    public enum Bias {
      /// As the machine has set it.
      AS_IS,
      /// Nothing.
      DISABLED,
      /// A resistor to the supply.
      PULL_UP,
      /// A resistor to ground.
      PULL_DOWN
    }
  }

  /// Modbus devices on one bus or connection.
  record Modbus(
      String name,
      Transport transport,
      Duration timeout,
      int maxGap,
      int maxQuantity,
      List<ModbusRegister> registers,
      Duration stalledAfter)
      implements SourceConfig {
    /// Copies the list.
    public Modbus {
      registers = List.copyOf(registers);
    }

    /// What carries the requests.
    public sealed interface Transport {
      /// Modbus TCP.
      record Tcp(InetSocketAddress connect) implements Transport {}

      /// Frames of Modbus RTU on a TCP connection, as simple converters want them.
      record RtuOverTcp(InetSocketAddress connect) implements Transport {}

      /// Modbus RTU.
      record Rtu(Port port) implements Transport {}
    }
  }
}
