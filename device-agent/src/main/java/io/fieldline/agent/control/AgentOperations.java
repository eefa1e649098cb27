// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.DeviceAgent;
import io.fieldline.agent.command.Outcome;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.identity.DeviceCertificate;
import io.fieldline.agent.jobs.JobRunner;
import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.reload.Reconfiguration;
import java.io.IOException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Every subcommand on a running agent.
public final class AgentOperations {
  private static final String SHADOW_NAME = "[$a-zA-Z0-9:_-]{1,64}";

  private final DeviceAgent agent;
  private final AgentConfig config;
  private final Clock clock;

  /// @param config what the agent runs with
  public AgentOperations(DeviceAgent agent, AgentConfig config, Clock clock) {
    this.agent = agent;
    this.config = config;
    this.clock = clock;
  }

  /// By subcommand.
  ///
  /// @param changing what the configuration is from
  /// @param log the last lines of the log
  public Map<Subcommand, Operation> all(Reconfiguration changing, Supplier<List<String>> log) {
    var configuration = new ConfigOperations(changing);
    var sources = new SupportBundle.Sources(agent.status()::document, agent.metrics()::text, log);
    Map<Subcommand, Operation> all = new EnumMap<>(Subcommand.class);
    all.put(Subcommand.STATUS, (_, _) -> agent.status().document());
    var queue = new QueueOperations(agent.spool());
    all.put(Subcommand.QUEUE_LS, queue::list);
    all.put(Subcommand.QUEUE_PEEK, queue::peek);
    all.put(Subcommand.QUEUE_DROP, queue::drop);
    all.put(Subcommand.QUEUE_EXPORT, queue::export);
    all.put(Subcommand.CONFIG_CHECK, configuration::check);
    all.put(Subcommand.CONFIG_DIFF, configuration::diff);
    all.put(Subcommand.CONFIG_RELOAD, configuration::reload);
    all.put(Subcommand.ACTUATOR_SET, this::actuatorSet);
    all.put(Subcommand.CERTIFICATE_SHOW, this::certificate);
    all.put(Subcommand.CERTIFICATE_ROTATE, this::rotate);
    all.put(Subcommand.JOBS, (_, _) -> jobs().document());
    all.put(Subcommand.SHADOW_GET, this::shadowGet);
    all.put(Subcommand.SHADOW_SET, this::shadowSet);
    all.put(Subcommand.TAIL, new Tail(agent.intake()));
    all.put(
        Subcommand.SUPPORT_BUNDLE,
        new SupportBundle(changing.file(), config.folder(), config.thing(), clock, sources));
    return all;
  }

  private Map<String, Object> certificate(Arguments arguments, Operation.Items items)
      throws ControlException {
    try {
      return DeviceCertificate.read(config.cloud().certificate()).document(clock.instant());
    } catch (IOException e) {
      throw new ControlException(String.valueOf(e.getMessage()));
    }
  }

  private JobRunner jobs() throws ControlException {
    return agent
        .jobs()
        .orElseThrow(() ->
            new ControlException("this agent takes no jobs: jobs.enabled is false in its file"));
  }

  private Map<String, Object> rotate(Arguments arguments, Operation.Items items)
      throws ControlException {
    String text = arguments.text("parameters").orElse("{}");
    Map<String, String> parameters = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Object> each : JsonText.parseObject(text).entrySet()) {
        if (!(each.getValue() instanceof String value)) {
          throw new ControlException(
              "certificate rotate: --parameters: a JSON object of texts expected, got " + text);
        }
        parameters.put(each.getKey(), value);
      }
      String template = arguments.text("template").orElse("");
      return Map.of("begun", jobs().rotate(template, parameters));
    } catch (JsonSyntaxException e) {
      throw new ControlException("certificate rotate: --parameters: " + e.getMessage());
    } catch (IOException e) {
      throw new ControlException(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, Object> actuatorSet(Arguments arguments, Operation.Items items)
      throws ControlException, InterruptedException {
    String actuator = arguments.text("actuator").orElse("");
    String text = arguments.text("value").orElse("");
    try {
      Object value = JsonText.parse(text);
      if (value instanceof Map || value instanceof List || value == JsonText.NULL) {
        throw new ControlException(
            "actuator set: true, false, a number or a text in JSON expected, got " + text);
      }
      Outcome outcome = agent.actuate(actuator, value);
      if (outcome.status() != Outcome.Status.SUCCEEDED) {
        throw new ControlException("actuator set: " + outcome.detail());
      }
      return Map.of("actuator", actuator, "value", value);
    } catch (JsonSyntaxException e) {
      throw new ControlException("actuator set: " + e.getMessage());
    } catch (IOException e) {
      throw new ControlException("actuator set: done, but not kept on the disk: " + e);
    }
  }

  private Map<String, Object> shadowGet(Arguments arguments, Operation.Items items)
      throws ControlException, InterruptedException {
    try {
      return agent.shadows().get(shadowName(arguments));
    } catch (IOException e) {
      throw new ControlException(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, Object> shadowSet(Arguments arguments, Operation.Items items)
      throws ControlException, InterruptedException {
    String text = arguments.text("state").orElse("");
    try {
      Map<String, Object> state = JsonText.parseObject(text);
      if (state.isEmpty() || !Set.of("desired", "reported").containsAll(state.keySet())) {
        throw new ControlException(
            "shadow set: an object with reported or desired or both expected, got " + text);
      }
      return agent.shadows().update(shadowName(arguments), state);
    } catch (JsonSyntaxException e) {
      throw new ControlException("shadow set: " + e.getMessage());
    } catch (IOException e) {
      throw new ControlException(String.valueOf(e.getMessage()));
    }
  }

  private static String shadowName(Arguments arguments) throws ControlException {
    String name = arguments.text("name").orElse("");
    if (!name.isEmpty() && !name.matches(SHADOW_NAME)) {
      throw new ControlException(
          "a shadow's name of 1 to 64 letters, digits, '$', ':', '_' or '-' expected, got " + name);
    }
    return name;
  }
}
