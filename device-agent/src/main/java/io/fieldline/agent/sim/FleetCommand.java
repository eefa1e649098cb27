// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import io.fieldline.agent.config.ConfigException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// `device-agent sim`: runs a fleet and says what became of every reading.
///
/// Exit status: 0 nothing was lost, 1 something was or it could not start, 2 wrong arguments.
public final class FleetCommand {
  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
  private static final Path MEMORY = Path.of("/dev/shm");

  /// A thousand agents say the same things a thousand times; held, or it would be forgotten.
  private static final Logger AGENTS = Logger.getLogger("io.fieldline.agent");

  private final PrintStream out;
  private final PrintStream err;

  /// A command that speaks there.
  public FleetCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// Runs to the end; the exit status.
  public int run(List<String> args) throws InterruptedException {
    if (args.equals(List.of("--help"))) {
      out.print(FleetOptions.USAGE);
      return 0;
    }
    FleetOptions options;
    try {
      options = FleetOptions.parse(args);
    } catch (FleetException e) {
      err.println("sim: " + e.getMessage() + " (--help)");
      return 2;
    } catch (IOException e) {
      err.println("sim: " + e);
      return 2;
    }
    AGENTS.setLevel(Level.SEVERE);
    try {
      return simulate(options);
    } catch (FleetException | IOException e) {
      err.println("sim: " + e.getMessage());
    } catch (ConfigException e) {
      e.problems().forEach(problem -> err.println("sim: " + problem));
    }
    return 1;
  }

  private int simulate(FleetOptions options)
      throws IOException, ConfigException, InterruptedException {
    Path folder = spools(options);
    try (var fleet = new Fleet(options, folder)) {
      out.println(
          "starting "
              + fleet.devices().size()
              + " devices, spools in "
              + (options.spools().isPresent() ? folder : "memory (" + folder + ")"));
      fleet.start();
      fleet.sense();
      Thread script = Thread.ofVirtual().start(() -> follow(fleet, options.script()));
      watch(fleet, options.runFor());
      fleet.stopSensing();
      script.join();
      fleet.settle(options.settle());
      FleetReport report = fleet.report();
      out.println(report.text());
      return report.isWhole() ? 0 : 1;
    } finally {
      if (options.spools().isEmpty()) {
        delete(folder);
      }
    }
  }

  private void follow(Fleet fleet, Script script) {
    try {
      fleet.follow(script);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(Fleet fleet, Duration runFor) throws InterruptedException {
    long began = System.nanoTime();
    long left = runFor.toNanos();
    while (left > 0) {
      Thread.sleep(Duration.ofNanos(Math.min(left, REPORT_EVERY.toNanos())));
      long passed = System.nanoTime() - began;
      out.println(fleet.report().line(Duration.ofNanos(passed).toSeconds()));
      left = runFor.toNanos() - passed;
    }
  }

  /// The audit counts sequence numbers from the first: spools must be new.
  private static Path spools(FleetOptions options) throws IOException {
    if (options.spools().isEmpty()) {
      return Files.createTempDirectory(
          Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir")),
          "fieldline-fleet");
    }
    Path folder = Files.createDirectories(options.spools().get());
    try (var files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new FleetException("--spool: an empty folder expected, got " + folder);
      }
    }
    return folder;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
