// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.cloud.SeparateSession;
import io.fieldline.agent.cloud.ServiceRejection;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.AgentConfig.KeyOrigin;
import io.fieldline.agent.config.AgentConfig.Provisioning;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.config.KeyPlace.InFile;
import io.fieldline.agent.pkcs11.TokenException;
import io.fieldline.agent.state.StateFile;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Gives a new device its own certificate: it connects with a claim, has a certificate made, has
/// itself registered, connects with the new certificate to see that it works, and only then moves
/// it into place. Where it stands is on disk before each step, so a kill costs that step only.
///
/// Source: AWS IoT Core Developer Guide, Provisioning devices that don't have device certificates
/// using fleet provisioning; Device provisioning MQTT API.
public final class FleetProvisioning {
  private static final Logger LOG = System.getLogger(FleetProvisioning.class.getName());

  /// AWS's token lives for an hour; a request takes its time, and the clocks may differ.
  private static final Duration TOKEN_LIVES = Duration.ofMinutes(55);

  /// What has been done.
  private enum Done {
    /// Nothing.
    NOTHING,
    /// A key is there.
    KEY,
    /// A certificate is there, in force once its holder is registered.
    CERTIFICATE,
    /// The thing is registered with it.
    REGISTERED,
    /// A connection with it succeeded.
    PROVEN,
    /// It is in its place.
    ALL
  }

  private final AgentConfig.Cloud cloud;
  private final Provisioning provisioning;
  private final String clientId;
  private final IdentityFiles files;
  private final StateFile file;
  private final Clock clock;
  private final Backoff backoff;
  private final Consumer<String> status;
  private Map<String, Object> state = Map.of();
  private @Nullable SeparateSession claim;
  private String lastProblem = "";

  /// @param status is told in one line where it stands
  public FleetProvisioning(
      AgentConfig config,
      Provisioning provisioning,
      Clock clock,
      RandomGenerator random,
      Consumer<String> status) {
    this.cloud = config.cloud();
    this.provisioning = provisioning;
    this.clientId =
        config.isNamed() ? config.thing() : "fieldline-" + Long.toHexString(random.nextLong());
    this.files = new IdentityFiles(cloud.certificate(), cloud.key());
    this.file = StateFile.at(config.folder().resolve("identity"), "provisioning");
    this.clock = clock;
    this.backoff = new Backoff(cloud.minBackoff(), cloud.maxBackoff(), random);
    this.status = status;
  }

  /// Whether something is left to do: a device that came with a certificate of its own needs
  /// nothing.
  public boolean isDue() throws IOException {
    state = file.read().orElse(Map.of());
    return switch (done()) {
      case NOTHING, ALL -> !files.isThere();
      case KEY, CERTIFICATE, REGISTERED, PROVEN -> true;
    };
  }

  /// Does what is left, however long it takes.
  ///
  /// @throws TokenException if the token of the key does not take the PIN, which must not be tried
  ///   again and again
  public void complete() throws InterruptedException, TokenException {
    boolean again = done() == Done.ALL;
    try {
      while (again || done() != Done.ALL) {
        try {
          if (again) {
            // Somebody took the files away.
            keep(Done.NOTHING, Map.of());
            again = false;
          }
          step();
          backoff.reset();
          lastProblem = "";
        } catch (ServiceRejection e) {
          failed(meaning(e));
        } catch (TokenException e) {
          if (e.reason() == TokenException.Reason.PIN) {
            throw e;
          }
          failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
          failed(String.valueOf(e.getMessage()));
        }
      }
    } finally {
      leaveClaim();
    }
    LOG.log(
        Level.INFO,
        "provisioned: thing={0} certificateId={1}",
        text("thing"),
        text("certificateId"));
  }

  private void failed(String problem) throws InterruptedException {
    leaveClaim();
    String line = "provisioning " + doing() + " failed and will be tried again: " + problem;
    status.accept(line);
    if (!problem.equals(lastProblem)) {
      lastProblem = problem;
      LOG.log(Level.WARNING, "{0}", line);
    }
    backoff.pause();
  }

  private String doing() {
    return switch (done()) {
      case NOTHING -> "to begin";
      case KEY -> "to get a certificate";
      case CERTIFICATE -> "to register the thing";
      case REGISTERED -> "to connect with the new certificate";
      case PROVEN, ALL -> "to keep the new certificate";
    };
  }

  private void step() throws IOException, ServiceRejection, InterruptedException {
    status.accept("provisioning " + doing());
    switch (done()) {
      case NOTHING -> begin();
      case KEY -> certificateOfKey();
      case CERTIFICATE -> register();
      case REGISTERED -> probe();
      case PROVEN -> {
        files.moveIn();
        keep(Done.ALL, Map.of("token", ""));
      }
      case ALL -> {}
    }
  }

  private void begin() throws IOException, ServiceRejection, InterruptedException {
    switch (provisioning.keyOrigin()) {
      case CSR -> {
        files.makeKey();
        keep(Done.KEY, Map.of());
      }
      case KEYS_BY_AWS -> {
        Map<String, Object> made =
            claim().requests().ask(Topics.createKeysAndCertificate(), Map.of());
        files.takeKey(required(made, "privateKey"));
        certificate(made);
      }
    }
  }

  private void certificateOfKey() throws IOException, ServiceRejection, InterruptedException {
    if (!files.hasNewKey()) {
      keep(Done.NOTHING, Map.of());
      return;
    }
    String request = files.signingRequest(clientId);
    certificate(
        claim()
            .requests()
            .ask(Topics.createCertificateFromCsr(), Map.of("certificateSigningRequest", request)));
  }

  private void certificate(Map<String, Object> made) throws IOException {
    DeviceCertificate certificate = files.takeCertificate(required(made, "certificatePem"));
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("certificateId", certificate.id());
    more.put("token", required(made, "certificateOwnershipToken"));
    more.put("tokenAtMs", clock.millis());
    keep(Done.CERTIFICATE, more);
  }

  /// The same token again, after a kill, registers the same certificate, not a second one.
  private void register() throws IOException, ServiceRejection, InterruptedException {
    if (!Files.exists(files.newCertificate()) || tokenAge().compareTo(TOKEN_LIVES) > 0) {
      keep(restart(), Map.of());
      return;
    }
    try {
      Map<String, Object> registered =
          claim()
              .requests()
              .ask(
                  Topics.registerThing(provisioning.template()),
                  Map.of("certificateOwnershipToken", text("token"), "parameters", parameters()));
      String thing = String.valueOf(registered.getOrDefault("thingName", ""));
      if (!thing.matches(ConfigFile.NAME)) {
        throw new IOException(
            "the template "
                + provisioning.template()
                + " gives no thing name that can be used, got '"
                + thing
                + "': it must have a resource of type AWS::IoT::Thing");
      }
      leaveClaim();
      keep(Done.REGISTERED, Map.of("thing", thing));
    } catch (ServiceRejection e) {
      if (e.code().equals("InvalidCertificateOwnershipToken")) {
        keep(restart(), Map.of());
      }
      throw e;
    }
  }

  private Duration tokenAge() {
    return state.get("tokenAtMs") instanceof Long atMs
        ? Duration.ofMillis(Math.abs(clock.millis() - atMs))
        : TOKEN_LIVES.multipliedBy(2);
  }

  private Done restart() {
    return provisioning.keyOrigin() == KeyOrigin.CSR ? Done.KEY : Done.NOTHING;
  }

  private Map<String, Object> parameters() throws IOException {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : provisioning.parameters().entrySet()) {
      String value = parameter.getValue();
      parameters.put(
          parameter.getKey(), value.startsWith("@") ? firstLine(value.substring(1)) : value);
    }
    return parameters;
  }

  /// What the template was told of this device, for whoever has to allow it.
  private String told() {
    try {
      return parameters().entrySet().stream()
          .map(one -> one.getKey() + "=" + one.getValue())
          .collect(Collectors.joining(", "));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String firstLine(String file) throws IOException {
    return Files.readString(Path.of(file), StandardCharsets.UTF_8)
        .lines()
        .findFirst()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .orElseThrow(
            () -> new IOException(file + ": a value in its first line expected, got none"));
  }

  /// What was just activated may take AWS a moment to know everywhere: it is tried again.
  private void probe() throws IOException, InterruptedException {
    if (!Files.exists(files.newCertificate())) {
      keep(restart(), Map.of());
      return;
    }
    String thing = text("thing");
    try {
      SeparateSession.connected(cloud.as(files.newCertificate(), files.newKey()), thing, clock)
          .close();
    } catch (IOException e) {
      throw new IOException("as " + thing + ": " + e.getMessage(), e);
    }
    keep(Done.PROVEN, Map.of());
  }

  private SeparateSession claim() throws IOException, InterruptedException {
    SeparateSession open = claim;
    if (open == null) {
      try {
        open =
            SeparateSession.connected(
                cloud.as(provisioning.certificate(), new InFile(provisioning.key())),
                clientId,
                clock);
      } catch (IOException e) {
        throw new IOException("with the claim certificate: " + e.getMessage(), e);
      }
      claim = open;
    }
    return open;
  }

  private void leaveClaim() {
    SeparateSession open = claim;
    if (open != null) {
      claim = null;
      open.close();
    }
  }

  /// Source: AWS IoT Core Developer Guide, Device provisioning MQTT API, RegisterThing error
  /// response; Pre-provisioning hooks.
  private String meaning(ServiceRejection rejection) {
    String template = provisioning.template();
    String said = rejection.code() + ": " + rejection.reason();
    return switch (rejection.code()) {
      case "ResourceNotFound" ->
          "there is no provisioning template " + template + " (" + said + ")";
      case "AccessDenied" ->
          "refused: the template's hook does not want this device ("
              + told()
              + "), or the template's role may not do what it says ("
              + said
              + ")";
      case "InvalidParameters" ->
          "the template "
              + template
              + " does not take provisioning.parameters as they are ("
              + said
              + ")";
      case "InvalidRequest" -> "the template " + template + " cannot be used now (" + said + ")";
      case "InvalidCertificateOwnershipToken" -> "it took too long, once more (" + said + ")";
      default -> said;
    };
  }

  private static String required(Map<String, Object> answer, String member) throws IOException {
    if (answer.get(member) instanceof String text) {
      return text;
    }
    throw new IOException("'" + member + "' expected in the answer, got " + answer.keySet());
  }

  private Done done() {
    String name = text("done");
    for (Done done : Done.values()) {
      if (done.name().equals(name)) {
        return done;
      }
    }
    return Done.NOTHING;
  }

  private String text(String member) {
    return state.get(member) instanceof String text ? text : "";
  }

  private void keep(Done done, Map<String, Object> more) throws IOException {
    Map<String, Object> next = new LinkedHashMap<>(state);
    next.putAll(more);
    next.put("done", done.name());
    file.write(next);
    state = next;
  }
}
