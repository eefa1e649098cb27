// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.Supervisor;
import io.fieldline.agent.clock.AgentClock;
import io.fieldline.agent.command.CommandLedger;
import io.fieldline.agent.command.CommandRouter;
import io.fieldline.agent.command.Outcome;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.edge.AlarmWatch;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.reload.Reconfiguration;
import io.fieldline.agent.spool.DeadLetters;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.state.StateFile;
import io.fieldline.messages.ShadowTopics;
import io.fieldline.messages.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.random.RandomGenerator;

/// All that talks to the cloud, wired: one connection, the uplink, the shadows, the live path.
public final class CloudSide implements AutoCloseable {
  private static final int INBOX = 256;
  private static final Duration TIME_ANSWER = Duration.ofSeconds(10);

  private final IotCoreConnection connection;
  private final Bypass bypass;
  private final ByteBudget budget;
  private final Uplink uplink;
  private final DeviceShadows shadows;
  private final LivePath live;
  private final ShadowRequests requests;
  private final ServiceRequests services;
  private final BlockingQueue<Outcome> outcomes;

  private CloudSide(
      IotCoreConnection connection,
      Bypass bypass,
      ByteBudget budget,
      Uplink uplink,
      DeviceShadows shadows,
      LivePath live,
      ShadowRequests requests,
      ServiceRequests services,
      BlockingQueue<Outcome> outcomes) {
    this.connection = connection;
    this.bypass = bypass;
    this.budget = budget;
    this.uplink = uplink;
    this.shadows = shadows;
    this.live = live;
    this.requests = requests;
    this.services = services;
    this.outcomes = outcomes;
  }

  /// What the cloud's side needs of the device's side.
  ///
  /// @param outcomes where the router puts what is to be reported
  /// @param alarms what the shadow `alarms` changes
  /// @param configuration what the shadow `config` changes, if anything
  /// @param acks hears of acknowledged batches
  public record Device(
      Spool spool,
      DeadLetters deadLetters,
      Intake intake,
      AlarmWatch alarms,
      CommandRouter router,
      CommandLedger ledger,
      BlockingQueue<Outcome> outcomes,
      Optional<Reconfiguration> configuration,
      AckListener acks) {}

  /// Starts connecting.
  public static CloudSide connect(
      AgentConfig config,
      Device device,
      AgentClock clock,
      RandomGenerator random,
      Metrics metrics) {
    String thing = config.thing();
    ShadowTopics commandTopics = Topics.shadow(thing, Topics.COMMANDS_SHADOW);
    ShadowTopics liveTopics = Topics.shadow(thing, Topics.LIVE_SHADOW);
    BlockingQueue<CloudMessage> inbox = new ArrayBlockingQueue<>(INBOX);
    List<String> filters = filters(thing);
    AgentConfig.Cloud cloud = config.cloud();
    var connection = new IotCoreConnection(cloud, config.thing(), filters, inbox, clock, metrics);
    var backoff = new Backoff(cloud.minBackoff(), cloud.maxBackoff(), random);
    var bypass = new Bypass(cloud, connection.state());
    var budget = new ByteBudget(cloud.bytesPerDay(), config.folder(), clock, metrics);
    var uplink =
        new Uplink(
            device.spool(),
            connection,
            bypass,
            new TelemetryRoute(config),
            cloud.inFlight(),
            budget,
            device.deadLetters(),
            backoff,
            metrics,
            device.acks());
    var encoder = new TelemetryEncoder(false);
    var live =
        new LivePath(
            connection, liveTopics, Topics.live(thing), device.intake(), encoder::live, clock);
    var commands = new CommandShadow(connection, commandTopics, device.ledger(), metrics);
    var requests = new ShadowRequests(connection, thing);
    var services = new ServiceRequests(connection);
    var shadows =
        new DeviceShadows(
            connection,
            inbox,
            services,
            new ReportedShadow(
                connection,
                Topics.shadow(thing),
                reportedBefore(config, "classic"),
                true,
                metrics,
                _ -> {}),
            device.configuration().map(each -> configShadow(config, connection, metrics, each)),
            new AlarmShadow(
                connection,
                Topics.shadow(thing, Topics.ALARMS_SHADOW),
                device.alarms(),
                System::nanoTime),
            commands,
            live,
            requests,
            device.router(),
            new DeviceState(device.router(), () -> device.spool().stats().gap()),
            clock::cloudSays,
            new Backoff(cloud.minBackoff(), cloud.maxBackoff(), random),
            metrics);
    return new CloudSide(
        connection, bypass, budget, uplink, shadows, live, requests, services, device.outcomes());
  }

  private static ConfigShadow configShadow(
      AgentConfig config,
      CloudConnection connection,
      Metrics metrics,
      Reconfiguration configuration) {
    ShadowTopics topics = Topics.shadow(config.thing(), Topics.CONFIG_SHADOW);
    var reported =
        new ReportedShadow(
            connection,
            topics,
            reportedBefore(config, Topics.CONFIG_SHADOW),
            false,
            metrics,
            configuration::heard);
    return new ConfigShadow(topics, reported, configuration);
  }

  private static StateFile reportedBefore(AgentConfig config, String shadow) {
    return StateFile.at(config.folder().resolve("shadows"), shadow);
  }

  /// What the agent of a thing subscribes to before all else.
  public static List<String> filters(String thing) {
    ShadowTopics commands = Topics.shadow(thing, Topics.COMMANDS_SHADOW);
    ShadowTopics live = Topics.shadow(thing, Topics.LIVE_SHADOW);
    return List.of(
        commands.getAccepted(),
        commands.getRejected(),
        commands.updateDelta(),
        commands.updateAccepted(),
        commands.updateRejected(),
        live.getAccepted(),
        live.updateDelta());
  }

  /// Where telemetry goes.
  public static String telemetryTopic(AgentConfig config) {
    return switch (config.cloud().path()) {
      case BASIC_INGEST -> Topics.ingest(config.stage(), config.thing());
      case TOPIC -> Topics.telemetry(config.thing());
    };
  }

  /// Runs its loops.
  public void run(Supervisor supervisor) {
    supervisor.run("connect", connection::startInTurn);
    supervisor.every("connection-watch", Duration.ofSeconds(1), connection::watch);
    supervisor.run("uplink-settle", uplink::settle);
    supervisor.run("uplink", uplink::run);
    supervisor.run("shadow-sessions", shadows::follow);
    supervisor.run("shadow-messages", shadows::receive);
    supervisor.run("outcomes", this::reportOutcomes);
    supervisor.every("live", Duration.ofSeconds(1), live::publish);
  }

  private void reportOutcomes() throws InterruptedException {
    while (true) {
      shadows.report(outcomes.take());
    }
  }

  /// Any shadow of the thing, for a person.
  public ShadowRequests shadows() {
    return requests;
  }

  /// AWS IoT's services beside shadows, for jobs.
  public ServiceRequests services() {
    return services;
  }

  /// Reports anew how the actuators are.
  public void reportState() {
    shadows.reportState();
  }

  /// Other limits of what lanes may send a day.
  public void limits(Map<Lane, Long> bytesPerDay) {
    budget.limits(bytesPerDay);
  }

  /// Whether batches of that lane may go out today.
  public boolean maySend(Lane lane) {
    return budget.isOpen(lane);
  }

  /// How long ago the uplink's loop last went round.
  public Duration sinceLastRound() {
    return uplink.sinceLastRound();
  }

  /// Whether batches could go out and the cloud has not said what time it is: over HTTPS it does
  /// not, and a broker without shadows does not.
  public boolean tellsNoTime() {
    return bypass.isDue() || connection.state().upFor().compareTo(TIME_ANSWER) > 0;
  }

  /// Whether there has been no session for so long because the token with the key does not sign.
  public boolean lacksToken(Duration since) {
    return connection.state().downFor().compareTo(since) >= 0
        && connection.state().lastTrouble().filter(LinkTrouble::isToken).isPresent();
  }

  /// Leaves the cloud as a broken link does, until [#reconnect].
  public void disconnect() {
    connection.disconnect();
  }

  /// Connects again after [#disconnect].
  public void reconnect() {
    connection.reconnect();
  }

  /// The connection's state.
  public LinkState state() {
    return connection.state();
  }

  @Override
  public void close() {
    connection.close();
    bypass.close();
    budget.close();
  }
}
