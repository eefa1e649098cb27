// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.clock.AgentClock;
import io.fieldline.agent.clock.Machine;
import io.fieldline.agent.cloud.AckListener;
import io.fieldline.agent.cloud.CloudSide;
import io.fieldline.agent.cloud.LinkState;
import io.fieldline.agent.cloud.ShadowRequests;
import io.fieldline.agent.cloud.TelemetryEncoder;
import io.fieldline.agent.command.Actuator;
import io.fieldline.agent.command.CommandLedger;
import io.fieldline.agent.command.CommandRouter;
import io.fieldline.agent.command.ExecActuator;
import io.fieldline.agent.command.HttpActuator;
import io.fieldline.agent.command.MqttActuator;
import io.fieldline.agent.command.Outcome;
import io.fieldline.agent.command.SwitchActuator;
import io.fieldline.agent.command.TcpActuator;
import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.JobsConfig;
import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.edge.AlarmWatch;
import io.fieldline.agent.edge.EdgeRules;
import io.fieldline.agent.gateway.Children;
import io.fieldline.agent.gateway.Liveness;
import io.fieldline.agent.gateway.LocalTls;
import io.fieldline.agent.health.HealthPage;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.ingest.DeviceLines;
import io.fieldline.agent.ingest.HttpListener;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.ingest.LocalMqttListener;
import io.fieldline.agent.ingest.ReadingParser;
import io.fieldline.agent.ingest.TcpListener;
import io.fieldline.agent.jobs.JobRunner;
import io.fieldline.agent.reload.Reconfiguration;
import io.fieldline.agent.spool.DeadLetters;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.Timekeeping;
import io.fieldline.agent.systemd.Pulse;
import io.fieldline.agent.update.RunningImage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The agent, wired and running: sources into the spool, the spool to the cloud, commands back. The
/// one place that makes its parts and knows the order in which they start and stop.
public final class DeviceAgent implements AutoCloseable {
  private static final Logger LOG = System.getLogger(DeviceAgent.class.getName());
  private static final Duration TOUCH = Duration.ofSeconds(5);
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(60);
  private static final int OUTCOMES = 1024;
  private static final int DEAD_LETTER_BYTES = 16 << 20;

  private final AgentConfig config;
  private final Optional<Reconfiguration> configuration;
  private final AgentClock clock;
  private final RandomGenerator random;
  private final AckListener acknowledgements;
  private final RunningImage image;
  private final Metrics metrics = new Metrics();
  private final Supervisor supervisor;
  private final Sources sources;
  private final DeviceLines devices = new DeviceLines();
  private final BlockingQueue<Outcome> outcomes = new ArrayBlockingQueue<>(OUTCOMES);
  private final Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private final List<Pulse> pulses = new ArrayList<>();
  private final CompletableFuture<Boolean> restartWanted = new CompletableFuture<>();
  private final Started started;

  /// Starts the agent; what cannot start stops what had.
  ///
  /// @throws IOException if the spool or a listener cannot open
  public DeviceAgent(AgentConfig config, Clock clock, RandomGenerator random) throws IOException {
    this(config, clock, random, (_, _) -> {});
  }

  /// Starts the agent with somebody who hears of each batch that the cloud has acknowledged.
  ///
  /// @throws IOException if the spool or a listener cannot open
  public DeviceAgent(
      AgentConfig config, Clock clock, RandomGenerator random, AckListener acknowledgements)
      throws IOException {
    this(config, Optional.empty(), clock, random, acknowledgements, RunningImage.UNKNOWN);
  }

  /// Starts the agent with a configuration that may change while it runs.
  ///
  /// @throws IOException if the spool or a listener cannot open
  public DeviceAgent(Reconfiguration configuration, Clock clock, RandomGenerator random)
      throws IOException {
    this(configuration, clock, random, RunningImage.UNKNOWN);
  }

  /// The same, for an agent that can be updated.
  ///
  /// @param image what it runs from
  /// @throws IOException if the spool or a listener cannot open
  DeviceAgent(
      Reconfiguration configuration, Clock clock, RandomGenerator random, RunningImage image)
      throws IOException {
    this(configuration.config(), Optional.of(configuration), clock, random, (_, _) -> {}, image);
  }

  private DeviceAgent(
      AgentConfig config,
      Optional<Reconfiguration> configuration,
      Clock clock,
      RandomGenerator random,
      AckListener acknowledgements,
      RunningImage image)
      throws IOException {
    this.config = config;
    this.configuration = configuration;
    this.image = image;
    this.acknowledgements = acknowledgements;
    this.clock = new AgentClock(Machine.local(clock), config.folder(), config.trustsMachineClock());
    this.random = random;
    this.sources = new Sources(this.clock, System::nanoTime);
    this.supervisor = new Supervisor(metrics, random, this.clock);
    try {
      this.started = start();
    } catch (IOException | RuntimeException | LinkageError e) {
      close();
      throw e;
    }
  }

  /// What others ask of it once it runs.
  private record Started(
      AgentStatus status,
      Spool spool,
      Intake intake,
      CommandRouter router,
      CloudSide cloud,
      Optional<JobRunner> jobs) {}

  private Started start() throws IOException {
    Path folder = config.folder();
    // Also where jobs are not taken any more: the change of files may have begun before.
    JobRunner.recover(config);
    Spool spool =
        opened(
            Spool.open(
                folder.resolve("spool"),
                config.spool(),
                new TelemetryEncoder(config.cloud().deflates()),
                timekeeping(),
                clock));
    DeadLetters deadLetters =
        opened(new DeadLetters(folder.resolve("dead-letters"), DEAD_LETTER_BYTES));
    CommandLedger ledger = opened(CommandLedger.open(folder));
    var children = new Children(config.thing(), config.children(), System::nanoTime);
    var liveness =
        new Liveness(config.thing(), config.children(), clock.stamps(), System::nanoTime);
    var alarms = new AlarmWatch(System::nanoTime);
    var edge = new EdgeRules(config.edge());
    var intake = new Intake(spool, metrics, edge, sources, children, alarms);
    var parser = new ReadingParser(config.thing(), clock.stamps());
    Optional<LocalTls> tls =
        config.listenerTls().isPresent()
            ? Optional.of(new LocalTls(config.listenerTls().get(), children))
            : Optional.empty();
    Optional<LocalMqttListener> mqtt = mqtt(parser, intake, liveness, tls);
    var router = new CommandRouter(actuators(mqtt), ledger, clock, metrics, outcomes::offer);
    var device =
        new CloudSide.Device(
            spool,
            deadLetters,
            intake,
            alarms,
            router,
            ledger,
            outcomes,
            configuration,
            acknowledgements);
    CloudSide cloud = opened(CloudSide.connect(config, device, clock, random, metrics));
    opened(supervisor);
    cloud.run(supervisor);
    Optional<JobRunner> jobs =
        config.jobs().isPresent()
            ? Optional.of(jobs(config.jobs().get(), cloud, spool))
            : Optional.empty();
    listeners(parser, intake, tls);
    var parts = new SourceLoops.Parts(parser, intake, devices, sources, liveness);
    var loops = new SourceLoops(config, parts, supervisor, metrics, clock.stamps(), random);
    toClose.addLast(loops.start());
    configuration.ifPresent(each -> follow(each, loops, intake, cloud));
    if (config.cloud().key() instanceof KeyPlace.InToken token) {
      supervisor.every("token", TOUCH, () -> startAnewWithout(token, cloud));
    }
    supervisor.every("clock", Duration.ofSeconds(1), () -> clock.tick(cloud.tellsNoTime()));
    supervisor.every("intake-touch", TOUCH, intake::touch);
    pulses.add(new Pulse("spool", LONGEST_ROUND, spool::sinceLastRound));
    pulses.add(new Pulse("intake", LONGEST_ROUND, intake::sinceLastTouch));
    Duration longestTurn = LONGEST_ROUND.plus(config.cloud().maxBackoff());
    pulses.add(new Pulse("uplink", longestTurn, cloud::sinceLastRound));
    metrics.gauge("fieldline_alarm_rules", alarms::count);
    new AgentGauges(metrics).of(spool, deadLetters, cloud.state(), sources, clock);
    var status =
        new AgentStatus(
            config,
            image,
            clock,
            new AgentStatus.Parts(
                configuration, spool, deadLetters, cloud.state(), sources, supervisor, metrics));
    if (config.metrics().isPresent()) {
      HealthPage page =
          opened(
              new HealthPage(
                  config.metrics().get(),
                  metrics,
                  () -> cloud.state().isConnected(),
                  status::document));
      addresses.put("metrics", page.address());
    }
    return new Started(status, spool, intake, router, cloud, jobs);
  }

  /// A library that has lost its token finds it again in a new process only.
  private void startAnewWithout(KeyPlace.InToken token, CloudSide cloud) {
    if (cloud.lacksToken(token.restartAfter()) && !restartWanted.isDone()) {
      LOG.log(Level.WARNING, "starts anew to look for the token: token={0}", token.token());
      restartWanted.complete(true);
    }
  }

  private void follow(Reconfiguration changing, SourceLoops loops, Intake intake, CloudSide cloud) {
    changing.watch(sources);
    changing.add(next -> {
      intake.rules(next.edge());
      cloud.limits(next.cloud().bytesPerDay());
      return loops.change(next);
    });
    supervisor.run("configuration", changing::follow);
  }

  private Timekeeping timekeeping() {
    return new Timekeeping() {
      @Override
      public boolean isKnown() {
        return clock.isKnown();
      }

      @Override
      public OptionalLong shiftMs(long atMs) {
        return clock.shiftMs(atMs);
      }

      @Override
      public byte[] restamped(byte[] payload, long shiftMs) {
        return TelemetryEncoder.restamped(payload, shiftMs);
      }
    };
  }

  private JobRunner jobs(JobsConfig jobs, CloudSide cloud, Spool spool) throws IOException {
    var backoff = new Backoff(config.cloud().minBackoff(), config.cloud().maxBackoff(), random);
    var parts =
        new JobRunner.Parts(
            config,
            jobs,
            image,
            () -> delivers(spool, cloud),
            cloud.services(),
            backoff,
            clock,
            () -> restartWanted.complete(true));
    var runner = new JobRunner(parts);
    supervisor.run("jobs", runner::follow);
    return runner;
  }

  /// Whether a batch was acknowledged since the start, or none waits that may go out.
  private static boolean delivers(Spool spool, CloudSide cloud) {
    return spool.stats().acknowledgedBatches() > 0
        || Stream.of(Lane.values())
            .noneMatch(lane -> spool.stats(lane).backlogBytes() > 0 && cloud.maySend(lane));
  }

  private <T extends AutoCloseable> T opened(T part) {
    toClose.push(part);
    return part;
  }

  private Optional<LocalMqttListener> mqtt(
      ReadingParser parser, Intake intake, Liveness liveness, Optional<LocalTls> tls)
      throws IOException {
    if (config.mqtt().isEmpty()) {
      return Optional.empty();
    }
    AgentConfig.Mqtt section = config.mqtt().get();
    LocalMqttListener mqtt =
        opened(
            new LocalMqttListener(
                section, parser, intake, liveness, tls.filter(_ -> section.tls())));
    addresses.put("mqtt", mqtt.address());
    sources.listen("mqtt");
    return Optional.of(mqtt);
  }

  private Map<String, Actuator> actuators(Optional<LocalMqttListener> listener) {
    Map<String, Actuator> actuators = new LinkedHashMap<>();
    for (ActuatorConfig actuator : config.actuators()) {
      actuators.put(actuator.name(), actuator(actuator, listener));
    }
    return actuators;
  }

  private Actuator actuator(ActuatorConfig actuator, Optional<LocalMqttListener> listener) {
    return switch (actuator) {
      case ActuatorConfig.Switch only -> new SwitchActuator(only);
      case ActuatorConfig.Exec exec -> new ExecActuator(exec);
      case ActuatorConfig.Http http -> new HttpActuator(http);
      case ActuatorConfig.Tcp tcp -> new TcpActuator(tcp, devices);
      case ActuatorConfig.Mqtt mqtt ->
          new MqttActuator(
              mqtt,
              listener.orElseThrow(
                  () -> new IllegalStateException("the configuration gives no MQTT listener")));
    };
  }

  private void listeners(ReadingParser parser, Intake intake, Optional<LocalTls> tls)
      throws IOException {
    if (config.tcp().isPresent()) {
      AgentConfig.Tcp section = config.tcp().get();
      TcpListener tcp =
          opened(new TcpListener(section, parser, intake, devices, tls.filter(_ -> section.tls())));
      addresses.put("tcp", tcp.address());
      sources.listen("tcp");
      supervisor.run("tcp", tcp::run);
    }
    if (config.http().isPresent()) {
      AgentConfig.Http section = config.http().get();
      HttpListener http =
          opened(new HttpListener(section, parser, intake, tls.filter(_ -> section.tls())));
      addresses.put("http", http.address());
      sources.listen("http");
    }
  }

  /// Where its listeners are, by name: tcp, http, mqtt, metrics.
  public Map<String, InetSocketAddress> addresses() {
    return Map.copyOf(addresses);
  }

  /// The state of its connection to the cloud.
  public LinkState link() {
    return started.status().link();
  }

  /// How it is.
  public AgentStatus status() {
    return started.status();
  }

  /// What it keeps for the cloud.
  public Spool spool() {
    return started.spool();
  }

  /// The way in of all readings.
  public Intake intake() {
    return started.intake();
  }

  /// What it does of what the fleet's operator wants done; empty if it takes no jobs.
  public Optional<JobRunner> jobs() {
    return started.jobs();
  }

  /// Any shadow of its thing.
  public ShadowRequests shadows() {
    return started.cloud().shadows();
  }

  /// Has an actuator do what a person at the device wants; the cloud hears of its state.
  public Outcome actuate(String actuator, Object value) throws IOException, InterruptedException {
    Outcome outcome = started.router().actuateHere(actuator, value);
    started.cloud().reportState();
    return outcome;
  }

  /// Its configuration, if that may change while it runs.
  public Optional<Reconfiguration> configuration() {
    return configuration;
  }

  /// Leaves the cloud as a broken link does, until [#reconnect]; sources go on.
  public void disconnect() {
    started.cloud().disconnect();
  }

  /// Connects again after [#disconnect].
  public void reconnect() {
    started.cloud().reconnect();
  }

  /// The loops without which it is of no use.
  public List<Pulse> pulses() {
    return List.copyOf(pulses);
  }

  /// Done when it has to be ended and started anew, as a job needs it.
  public CompletableFuture<Boolean> restartWanted() {
    return restartWanted;
  }

  /// Its counters.
  public Metrics metrics() {
    return metrics;
  }

  /// Stops: takes no more readings, seals what is accepted, gives the folder free.
  @Override
  public void close() {
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "part did not close", e);
      }
    }
  }
}
