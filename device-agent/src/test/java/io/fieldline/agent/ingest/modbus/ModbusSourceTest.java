// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import com.ghgande.j2mod.modbus.procimg.SimpleDigitalIn;
import com.ghgande.j2mod.modbus.procimg.SimpleDigitalOut;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import com.ghgande.j2mod.modbus.util.SerialParameters;
import io.fieldline.agent.config.ModbusRegister;
import io.fieldline.agent.config.ModbusRegister.Table;
import io.fieldline.agent.config.ModbusRegister.Type;
import io.fieldline.agent.config.ModbusRegister.WordOrder;
import io.fieldline.agent.config.SourceConfig.Modbus;
import io.fieldline.agent.config.SourceConfig.Modbus.Transport;
import io.fieldline.agent.ingest.PtyPair;
import io.fieldline.agent.ingest.TestIntake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Against devices of another library, j2mod.
@Timeout(60)
class ModbusSourceTest {
  private static final Duration EVERY = Duration.ofMillis(50);

  @TempDir Path folder;

  private final List<Thread> running = new ArrayList<>();
  private TestIntake intake;

  @BeforeEach
  void open() throws IOException {
    intake = new TestIntake(folder);
  }

  @AfterEach
  void stop() throws Exception {
    for (Thread thread : running) {
      thread.interrupt();
      thread.join();
    }
    intake.close();
  }

  @Test
  void everyTableTypeAndWordOrderIsRead() throws Exception {
    try (var device = new Device(false)) {
      run(
          new Transport.Tcp(device.address()),
          register(Table.COIL, 1, Type.BIT, WordOrder.BIG, "coil"),
          register(Table.DISCRETE_INPUT, 0, Type.BIT, WordOrder.BIG, "input"),
          register(Table.INPUT_REGISTER, 0, Type.INT16, WordOrder.BIG, "int16"),
          register(Table.HOLDING_REGISTER, 0, Type.UINT16, WordOrder.BIG, "uint16"),
          register(Table.HOLDING_REGISTER, 1, Type.FLOAT32, WordOrder.BIG, "float32"),
          register(Table.HOLDING_REGISTER, 3, Type.INT32, WordOrder.LITTLE, "int32"),
          register(Table.HOLDING_REGISTER, 5, Type.FLOAT64, WordOrder.BIG, "float64"),
          register(Table.HOLDING_REGISTER, 9, Type.UINT64, WordOrder.BIG, "uint64"),
          register(Table.HOLDING_REGISTER, 13, Type.UINT32, WordOrder.BIG, "uint32"),
          register(Table.HOLDING_REGISTER, 15, Type.INT64, WordOrder.LITTLE, "int64"));

      assertThat(intake.next(10))
          .containsExactlyInAnyOrder(
              "gw/coil=1.0 x",
              "gw/input=1.0 x",
              "gw/int16=-21.0 x",
              "gw/uint16=65535.0 x",
              "gw/float32=21.5 x",
              "gw/int32=-100000.0 x",
              "gw/float64=-0.25 x",
              "gw/uint64=1.8446744073709552E19 x",
              "gw/uint32=4.294967295E9 x",
              "gw/int64=-2.0 x");
    }
  }

  @Test
  void valueIsScaledAndOneThatIsNoNumberIsLeftOut() throws Exception {
    try (var device = new Device(false)) {
      var flow =
          new ModbusRegister(
              1,
              Table.INPUT_REGISTER,
              0,
              Type.INT16,
              WordOrder.BIG,
              0.1,
              5,
              "gw:b",
              "t",
              "Cel",
              EVERY);
      run(
          new Transport.Tcp(device.address()),
          register(Table.HOLDING_REGISTER, 19, Type.FLOAT32, WordOrder.BIG, "nan"),
          flow);

      assertThat(intake.next(2)).containsExactly("gw:b/t=2.9 Cel", "gw:b/t=2.9 Cel");
    }
  }

  @Test
  void neighboursAreReadByOneRequestAndASilentDeviceHoldsUpNobodyForLong() throws Exception {
    try (var device = new Device(false);
        var gateway = new SilentGateway(device.address(), 2)) {
      var silent =
          new ModbusRegister(
              2,
              Table.HOLDING_REGISTER,
              0,
              Type.INT16,
              WordOrder.BIG,
              1,
              0,
              "gw",
              "silent",
              "",
              EVERY);
      run(
          new Transport.Tcp(gateway.address()),
          register(Table.HOLDING_REGISTER, 0, Type.UINT16, WordOrder.BIG, "a"),
          register(Table.HOLDING_REGISTER, 1, Type.FLOAT32, WordOrder.BIG, "b"),
          silent);

      assertThat(intake.next(10)).contains("gw/a=65535.0 x", "gw/b=21.5 x");
      TestIntake.await(() -> gateway.requestsOf(2) >= 1);
      intake.next(30);
      assertThat(2 * gateway.requestsOf(2)).isLessThan(gateway.requestsOf(1));
      // Two readings a request.
      int requests = gateway.requestsOf(1);
      assertThat((long) requests).isLessThan(intake.source("modbus t.unit1").readings());
      intake.awaitFailure("modbus t.unit2", "no answer within 500 ms");
    }
  }

  @Test
  void registerThatTheDeviceDoesNotHaveLeavesTheOthersAlone() throws Exception {
    try (var device = new Device(false)) {
      run(
          new Transport.Tcp(device.address()),
          register(Table.HOLDING_REGISTER, 0, Type.UINT16, WordOrder.BIG, "a"),
          register(Table.HOLDING_REGISTER, 5000, Type.UINT16, WordOrder.BIG, "missing"));

      assertThat(intake.next(3)).containsOnly("gw/a=65535.0 x");
      intake.awaitFailure("modbus t.unit1", "exception 2, ILLEGAL_DATA_ADDRESS");
    }
  }

  @Test
  void deviceThatComesBackIsReadAgain() throws Exception {
    InetSocketAddress address;
    try (var device = new Device(false)) {
      address = device.address();
      run(
          new Transport.Tcp(address),
          register(Table.HOLDING_REGISTER, 0, Type.UINT16, WordOrder.BIG, "a"));
      intake.next(2);
    }
    TestIntake.await(() -> !intake.source("modbus t.unit1").lastError().isEmpty());
    intake.rest();

    try (var _ = new Device(address)) {
      assertThat(intake.next(1)).containsExactly("gw/a=65535.0 x");
    }
  }

  @Test
  void framesOfASerialLineGoOverTcpToo() throws Exception {
    try (var device = new Device(true)) {
      run(
          new Transport.RtuOverTcp(device.address()),
          register(Table.HOLDING_REGISTER, 1, Type.FLOAT32, WordOrder.BIG, "t"));

      assertThat(intake.next(2)).containsOnly("gw/t=21.5 x");
    }
  }

  @Test
  void serialLineIsRead() throws Exception {
    try (var cable = new PtyPair(folder)) {
      var serial = new SerialParameters();
      serial.setPortName(cable.there().toString());
      serial.setBaudRate(19_200);
      serial.setDatabits(8);
      serial.setStopbits(1);
      serial.setParity("None");
      serial.setEncoding("rtu");
      ModbusSlave slave = ModbusSlaveFactory.createSerialSlave(serial);
      slave.addProcessImage(1, Device.image());
      slave.open();
      try {
        run(
            new Transport.Rtu(cable.port()),
            register(Table.HOLDING_REGISTER, 1, Type.FLOAT32, WordOrder.BIG, "t"),
            register(Table.COIL, 1, Type.BIT, WordOrder.BIG, "coil"));

        assertThat(intake.next(6)).contains("gw/t=21.5 x", "gw/coil=1.0 x");
      } finally {
        // It waits for its thread and then calls Thread.stop, which Java does not have any more.
        // While the cable is still there: the port that loses it closes itself, and two who close
        // wait for one another for ever, with the lock of all slaves.
        Thread.ofPlatform().daemon().start(slave::close).join(Duration.ofSeconds(10));
      }
    }
  }

  @Test
  void batchesKeepTheBoundsOfGapAndQuantity() {
    List<ModbusRegister> registers =
        List.of(
            register(Table.HOLDING_REGISTER, 0, Type.UINT16, WordOrder.BIG, "a"),
            register(Table.HOLDING_REGISTER, 3, Type.UINT32, WordOrder.BIG, "b"),
            register(Table.HOLDING_REGISTER, 5, Type.UINT16, WordOrder.BIG, "c"),
            register(Table.INPUT_REGISTER, 6, Type.UINT16, WordOrder.BIG, "d"));

    assertThat(quantities(registers, 0, 125)).containsExactly(1, 3, 1);
    assertThat(quantities(registers, 2, 125)).containsExactly(6, 1);
    assertThat(quantities(registers, 2, 5)).containsExactly(5, 1, 1);
    assertThat(quantities(registers, 124, 1)).containsExactly(1, 2, 1, 1);
  }

  private static List<Integer> quantities(List<ModbusRegister> registers, int gap, int most) {
    return Batch.of(registers, gap, most).stream().map(Batch::quantity).toList();
  }

  private static ModbusRegister register(
      Table table, int address, Type type, WordOrder order, String sensor) {
    return new ModbusRegister(1, table, address, type, order, 1, 0, "gw", sensor, "x", EVERY);
  }

  private void run(Transport transport, ModbusRegister... registers) {
    var config =
        new Modbus(
            "t", transport, Duration.ofMillis(500), 0, 125, List.of(registers), Duration.ZERO);
    var source = new ModbusSource(config, intake.intake(), Clock.systemUTC(), new Random(1));
    running.add(
        Thread.ofVirtual()
            .start(() -> {
              try {
                source.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
  }

  /// A device with known registers.
  private static final class Device implements AutoCloseable {
    private final ModbusSlave slave;
    private final InetSocketAddress address;

    Device(boolean rtuOverTcp) throws Exception {
      this(free(), rtuOverTcp);
    }

    Device(InetSocketAddress at) throws Exception {
      this(at, false);
    }

    private Device(InetSocketAddress at, boolean rtuOverTcp) throws Exception {
      address = at;
      slave = ModbusSlaveFactory.createTCPSlave(at.getAddress(), at.getPort(), 4, rtuOverTcp);
      slave.addProcessImage(1, image());
      slave.open();
      if (slave.getError() != null) {
        throw new IOException(slave.getError());
      }
    }

    private static InetSocketAddress free() throws IOException {
      try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
      }
    }

    static SimpleProcessImage image() {
      var image = new SimpleProcessImage(1);
      image.addDigitalOut(new SimpleDigitalOut(false));
      image.addDigitalOut(new SimpleDigitalOut(true));
      image.addDigitalIn(new SimpleDigitalIn(true));
      image.addInputRegister(new SimpleInputRegister(-21));
      ByteBuffer words = ByteBuffer.allocate(42);
      words.putShort((short) 0xffff).putFloat(21.5f);
      // -100000 is 0xfffe7960.
      words.putShort((short) 0x7960).putShort((short) 0xfffe);
      words.putDouble(-0.25).putLong(-1).putInt(-1);
      words.putShort((short) 0xfffe).putShort((short) -1).putShort((short) -1).putShort((short) -1);
      words.putFloat(Float.NaN).flip();
      while (words.hasRemaining()) {
        image.addRegister(new SimpleRegister(words.getShort() & 0xffff));
      }
      return image;
    }

    InetSocketAddress address() {
      return address;
    }

    @Override
    public void close() {
      ModbusSlaveFactory.close(slave);
    }
  }
}
