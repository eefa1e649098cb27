// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the command line asks for.
///
/// @param devices how many of the fleet's things take part
/// @param fleet folder with the things' certificates, see [FleetIdentity]
/// @param endpoint host or host:port
/// @param path `basic-ingest` or `topic`, as in the agent's configuration
/// @param every time between two readings of a sensor
/// @param spread within which the devices' sensors begin, so that not all send at once
/// @param runFor how long sensors measure
/// @param settle how long what is accepted may take to be acknowledged after that
/// @param spools where spools are kept; empty for memory
record FleetOptions(
    int devices,
    Path fleet,
    String endpoint,
    Optional<Path> authority,
    String stage,
    String path,
    List<SimulatedSensor> sensors,
    Duration every,
    Duration window,
    Duration spread,
    Duration runFor,
    Duration settle,
    Script script,
    Optional<Path> spools,
    int connectsPerSecond,
    long seed) {
  static final String USAGE =
      """
      usage: fieldline agent sim --fleet DIR --endpoint HOST[:PORT] [OPTION…]
        --fleet DIR        the things' certificates: DIR/<thing>/device.pem.crt and private.pem.key for each, as
                           `fieldline agent fleet create` makes them; or DIR/device.pem.crt, DIR/private.pem.key and
                           DIR/things, a name a line, where all share one certificate
        --endpoint         of AWS IoT Core (aws iot describe-endpoint --endpoint-type iot:Data-ATS), or of the local stack
        --ca FILE          root certificates to trust; the operating system's by default
        --devices N        how many of them; all by default
        --stage S          stage of the deployment; dev by default
        --path P           basic-ingest (default) or topic
        --sensor SPEC      NAME=MODEL [UNIT]; again for more; temperature and humidity by default
                           sine(MEAN,SWING,PERIOD[,NOISE])  walk(FROM,STEP)  square(LOW,HIGH,PERIOD)  counter(STEP)
        --every D          between two readings of a sensor; 1s by default
        --window D         how long a batch waits for more readings; 1s by default
        --spread D         within which the devices' sensors begin; the time between two readings by default
        --for D            how long; 1m by default
        --settle D         how long the rest may take to be acknowledged after that; 1m by default
        --script FILE      a step a line: at 20s outage 15s of 30% | at 40s burst 5s x20 of 10% | at 50s restart of 5%
        --spool WHERE      memory (default: /dev/shm, lost with the machine) or a folder that is empty
        --connects N       new connections a second; 50 by default (AWS takes 500 an account)
        --seed N           of all that is random; 1 by default
      """;

  private static final List<String> SENSORS =
      List.of("temperature=sine(20,5,60s,0.1) Cel", "humidity=walk(50,0.5) %RH");
  private static final int MAX_DEVICES = 100_000;

  /// Source: the usage above.
  static FleetOptions parse(List<String> args) throws java.io.IOException {
    var given = new Given(args);
    Path fleet = Path.of(given.required("--fleet"));
    String spool = given.text("--spool", "memory");
    String path = given.text("--path", "basic-ingest");
    if (!List.of("basic-ingest", "topic").contains(path)) {
      throw new FleetException("--path: basic-ingest or topic expected, got '" + path + "'");
    }
    List<String> sensors = given.all("--sensor");
    Optional<String> script = given.first("--script");
    Duration every = given.duration("--every", "1s");
    var options =
        new FleetOptions(
            (int) given.whole("--devices", Integer.MAX_VALUE, MAX_DEVICES),
            fleet,
            given.required("--endpoint"),
            given.first("--ca").map(Path::of),
            given.text("--stage", "dev"),
            path,
            (sensors.isEmpty() ? SENSORS : sensors).stream().map(SimulatedSensor::parse).toList(),
            every,
            given.duration("--window", "1s"),
            given.duration("--spread", every.toMillis() + "ms"),
            given.duration("--for", "1m"),
            given.duration("--settle", "1m"),
            script.isPresent() ? Script.read(Path.of(script.get())) : new Script(List.of()),
            spool.equals("memory") ? Optional.empty() : Optional.of(Path.of(spool)),
            (int) given.whole("--connects", 50, 10_000),
            given.whole("--seed", 1, Long.MAX_VALUE));
    given.end();
    return options;
  }

  /// Options that are left to be asked for.
  private static final class Given {
    private final List<String[]> left = new ArrayList<>();

    Given(List<String> args) {
      for (int i = 0; i < args.size(); i += 2) {
        if (!args.get(i).startsWith("--") || i + 1 == args.size()) {
          throw new FleetException("an option with its value expected, got '" + args.get(i) + "'");
        }
        left.add(new String[] {args.get(i), args.get(i + 1)});
      }
    }

    List<String> all(String name) {
      List<String> values =
          left.stream().filter(option -> option[0].equals(name)).map(option -> option[1]).toList();
      left.removeIf(option -> option[0].equals(name));
      return values;
    }

    Optional<String> first(String name) {
      List<String> values = all(name);
      if (values.size() > 1) {
        throw new FleetException(name + ": expected once, got " + values);
      }
      return values.stream().findFirst();
    }

    String required(String name) {
      return first(name).orElseThrow(() -> new FleetException(name + " expected"));
    }

    String text(String name, String byDefault) {
      return first(name).orElse(byDefault);
    }

    Duration duration(String name, String byDefault) {
      try {
        return Durations.parse(text(name, byDefault));
      } catch (FleetException e) {
        throw new FleetException(name + ": " + e.getMessage());
      }
    }

    long whole(String name, long byDefault, long most) {
      String text = text(name, "");
      if (text.isEmpty()) {
        return byDefault;
      }
      if (!text.matches("[1-9]\\d{0,17}") || Long.parseLong(text) > most) {
        throw new FleetException(
            name + ": a whole number from 1 to " + most + " expected, got '" + text + "'");
      }
      return Long.parseLong(text);
    }

    void end() {
      if (!left.isEmpty()) {
        throw new FleetException("no such option: " + left.getFirst()[0]);
      }
    }
  }
}
