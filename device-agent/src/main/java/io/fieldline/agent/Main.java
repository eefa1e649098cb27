// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.control.AgentCtl;
import io.fieldline.agent.control.AgentOperations;
import io.fieldline.agent.control.ControlServer;
import io.fieldline.agent.doctor.DoctorCommand;
import io.fieldline.agent.identity.FleetProvisioning;
import io.fieldline.agent.identity.TokenIdentity;
import io.fieldline.agent.log.AgentLog;
import io.fieldline.agent.memory.RarePages;
import io.fieldline.agent.pkcs11.TokenException;
import io.fieldline.agent.reload.Reconfiguration;
import io.fieldline.agent.sim.FleetCommand;
import io.fieldline.agent.systemd.Pulse;
import io.fieldline.agent.systemd.ServiceNotifier;
import io.fieldline.agent.update.RunningImage;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.crt.io.EventLoopGroup;

/// The command line: `--config FILE` runs the agent, with `--check` it only judges the file; `ctl`
/// is agentctl, `doctor` looks for what is wrong, `sim` runs a fleet of simulated devices.
///
/// On standard output a script may wait for `ready <name>=<address> …`, `connected session=<n>` and
/// `stopped`; the log goes to standard error. Exit status: 0 stopped, 1 cannot start or did not
/// stop in 30 s, 2 wrong arguments, 75 to be started anew (EX_TEMPFAIL of sysexits), 78
/// configuration refused (EX_CONFIG).
public final class Main {
  private static final Logger LOG = System.getLogger(Main.class.getName());
  private static final String USAGE =
      """
      usage: device-agent --config FILE [--check]
             device-agent ctl COMMAND
             device-agent doctor
             device-agent sim --help\
      """;
  private static final Duration STATUS_EVERY = Duration.ofSeconds(5);
  private static final Duration START_IS_OVER = Duration.ofMinutes(1);
  private static final Duration NOW_AND_THEN = Duration.ofMinutes(10);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);
  private static final int STOPPED_BY_FORCE = 1;
  private static final int CANNOT_START = 1;
  private static final int WRONG_ARGUMENTS = 2;
  private static final int START_ANEW = 75;
  private static final int CONFIG_REFUSED = 78;

  private final PrintStream out;
  private final PrintStream err;

  private Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// Runs until SIGTERM or SIGINT.
  public static void main(String[] args) throws InterruptedException {
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    // What jobs fetch by a proxy that asks for a password, as for the cloud.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    List<String> arguments = List.of(args);
    int status =
        !arguments.isEmpty() && arguments.getFirst().equals("sim")
            ? new FleetCommand(System.out, System.err).run(arguments.subList(1, arguments.size()))
            : new Main(System.out, System.err).run(arguments);
    if (status >= 0) {
      System.exit(status);
    }
    Thread.currentThread().join();
  }

  /// The exit status, or -1 if the agent runs.
  private int run(List<String> args) throws InterruptedException {
    if (!args.isEmpty() && args.getFirst().equals("ctl")) {
      return ctl(args.subList(1, args.size()));
    }
    if (!args.isEmpty() && args.getFirst().equals("doctor")) {
      return doctor(args.subList(1, args.size()));
    }
    if (args.equals(List.of("--help"))) {
      out.println(USAGE);
      return 0;
    }
    boolean check = args.size() == 3 && args.get(2).equals("--check");
    if (!(args.size() == 2 || check) || !args.getFirst().equals("--config")) {
      err.println(USAGE + "\ngot: " + String.join(" ", args));
      return WRONG_ARGUMENTS;
    }
    try {
      Path file = Path.of(args.get(1));
      if (check) {
        AgentConfig config = ConfigFile.read(file);
        String thing = config.isNamed() ? config.thing() : "(provisioning gives it)";
        out.println("configuration is valid: thing=" + thing);
        return 0;
      }
      start(Reconfiguration.open(file, Clock.systemUTC()));
      return -1;
    } catch (ConfigException e) {
      e.problems().forEach(err::println);
      return CONFIG_REFUSED;
    } catch (TokenException e) {
      err.println("cannot start: " + e.getMessage());
      // Whoever starts it again and again must not lock the token.
      return e.reason() == TokenException.Reason.PIN ? CONFIG_REFUSED : CANNOT_START;
    } catch (IOException e) {
      err.println("cannot start: " + e.getMessage());
      return CANNOT_START;
    } catch (RuntimeException | LinkageError e) {
      // A client library that cannot be loaded, or credentials it cannot read.
      err.println("cannot start: " + e);
      return CANNOT_START;
    }
  }

  private int ctl(List<String> words) {
    int doctor = 0;
    while (doctor < words.size() && words.get(doctor).startsWith("--")) {
      doctor += words.get(doctor).equals("--json") ? 1 : 2;
    }
    if (doctor >= words.size() || !words.get(doctor).equals("doctor")) {
      return new AgentCtl(out, err).run(words);
    }
    List<String> rest = new ArrayList<>(words);
    rest.remove(doctor);
    return doctor(rest);
  }

  private int doctor(List<String> words) {
    return new DoctorCommand(out, err, System.getenv()).run(words);
  }

  private void start(Reconfiguration configured)
      throws IOException, ConfigException, InterruptedException {
    var log = new AgentLog(configured.config().log(), err, System.getenv("JOURNAL_STREAM") != null);
    log.install();
    // One connection and seldom a second: more threads are memory for nothing.
    EventLoopGroup.setStaticDefaultNumThreads(1);
    var service = new ServiceNotifier(System.getenv(), ProcessHandle.current().pid());
    token(configured.config());
    Reconfiguration configuration = provisioned(configured, service);
    configuration.add(next -> {
      log.level(next.log().level());
      return Set.of();
    });
    // Before the agent is there: once the client library is in use, a JVM that is asked to end
    // waits
    // for somebody to close it.
    var started = new CompletableFuture<Started>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started, service), "stop"));
    DeviceAgent agent =
        agent(configuration, RunningImage.of(System.getenv(), configuration.file()), started);
    agent.metrics().gauge("fieldline_log_left_out_total", log::leftOut);
    agent.metrics().gauge("fieldline_log_failures_total", log::failures);
    started.complete(new Started(agent, control(agent, configuration, log)));
    ReloadSignal.take(configuration);
    var ready = new StringBuilder("ready thing=" + configuration.config().thing());
    new TreeMap<>(agent.addresses())
        .forEach((name, address) ->
            ready
                .append(' ')
                .append(name)
                .append('=')
                .append(address.getAddress().getHostAddress())
                .append(':')
                .append(address.getPort()));
    out.println(ready);
    service.ready("listening, not connected yet");
    service.watchdogPeriod().ifPresent(period -> watch(agent::pulses, service, period));
    agent
        .restartWanted()
        .thenAccept(_ -> Thread.ofPlatform().name("restart").start(() -> System.exit(START_ANEW)));
    RarePages.giveBackAfter(START_IS_OVER, NOW_AND_THEN);
    Thread.ofVirtual().name("announce").start(() -> announce(agent, service));
  }

  /// What is wrong in the configuration ends the start; a token that is not there, or fails, keeps
  /// nobody from taking readings.
  private static void token(AgentConfig config) throws IOException {
    try {
      TokenIdentity.check(config.cloud(), config.provisioning().isPresent());
    } catch (TokenException e) {
      switch (e.reason()) {
        case TOKEN, DEVICE ->
            LOG.log(Level.WARNING, "no connection without the token: {0}", e.getMessage());
        case LIBRARY, PIN, OBJECT -> throw e;
      }
    }
  }

  private record Started(DeviceAgent agent, Optional<ControlServer> control) {}

  private static DeviceAgent agent(
      Reconfiguration configuration, RunningImage image, CompletableFuture<Started> started)
      throws IOException {
    try {
      return new DeviceAgent(configuration, Clock.systemUTC(), RandomGenerator.getDefault(), image);
    } catch (IOException | RuntimeException | LinkageError e) {
      started.completeExceptionally(e);
      throw e;
    }
  }

  /// A new device has no name before it is provisioned, so it takes no readings before.
  private Reconfiguration provisioned(Reconfiguration configuration, ServiceNotifier service)
      throws IOException, ConfigException, InterruptedException {
    AgentConfig config = configuration.config();
    if (config.provisioning().isEmpty()) {
      return configuration;
    }
    var provisioning =
        new FleetProvisioning(
            config,
            config.provisioning().get(),
            Clock.systemUTC(),
            RandomGenerator.getDefault(),
            service::status);
    if (!provisioning.isDue()) {
      if (!config.isNamed()) {
        throw new IOException(
            "'thing' expected in "
                + configuration.file()
                + ": "
                + config.cloud().certificate()
                + " is there and did not come by provisioning, which would have named the thing");
      }
      return configuration;
    }
    out.println("provisioning");
    service.ready("provisioning, not listening yet");
    Optional<Thread> watch =
        service.watchdogPeriod().map(period -> watch(List::of, service, period));
    provisioning.complete();
    watch.ifPresent(Thread::interrupt);
    return Reconfiguration.open(configuration.file(), Clock.systemUTC());
  }

  /// Readings matter more than being asked about them: without its socket the agent runs.
  private static Optional<ControlServer> control(
      DeviceAgent agent, Reconfiguration configuration, AgentLog log) {
    AgentConfig config = configuration.config();
    if (config.control().isEmpty()) {
      return Optional.empty();
    }
    var operations = new AgentOperations(agent, config, Clock.systemUTC());
    try {
      return Optional.of(
          new ControlServer(config.control().get(), operations.all(configuration, log::recent)));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "agentctl cannot reach this agent: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  /// On a thread of the operating system: where virtual threads stand still, the intake's pulse
  /// shows it.
  private static Thread watch(
      Supplier<List<Pulse>> pulses, ServiceNotifier service, Duration period) {
    return Thread.ofPlatform()
        .name("watchdog")
        .daemon()
        .start(() -> {
          try {
            while (true) {
              service.alive(pulses.get());
              Thread.sleep(period);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void announce(DeviceAgent agent, ServiceNotifier service) {
    long session = 0;
    try {
      while (true) {
        long next = agent.link().awaitSessionAfter(session, STATUS_EVERY);
        if (service.isHeard()) {
          service.status(agent.status().line());
        }
        if (next != session) {
          session = next;
          out.println("connected session=" + session);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop(CompletableFuture<Started> started, ServiceNotifier service) {
    service.stopping();
    Thread.ofPlatform().daemon().name("stop-in-time").start(Main::haltAfterLongestStop);
    Started running;
    try {
      running = started.join();
    } catch (CompletionException e) {
      // It never ran, and the reason has been told.
      return;
    }
    try {
      if (running.control().isPresent()) {
        running.control().get().close();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "socket of agentctl not closed", e);
    }
    running.agent().close();
    out.println("stopped");
    out.flush();
    // The exit status of a clean stop is 0 and not 128 + the signal's number.
    Runtime.getRuntime().halt(running.agent().restartWanted().isDone() ? START_ANEW : 0);
  }

  /// What was acknowledged is on the disk, so that an end by force loses nothing.
  private static void haltAfterLongestStop() {
    try {
      Thread.sleep(LONGEST_STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.log(Level.ERROR, "a part did not stop in time: ended by force");
    Runtime.getRuntime().halt(STOPPED_BY_FORCE);
  }
}
