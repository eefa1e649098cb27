// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What agentctl can be told, each once: the command line, the socket and the reference page are
/// made from this.
public enum Subcommand {
  STATUS("status", "how the agent is: problems first, then link, spool, sources, certificate"),
  QUEUE_LS("queue ls", "what waits for the cloud, lane by lane"),
  QUEUE_PEEK(
      "queue peek",
      "the oldest batches that wait, with their readings",
      Option.text("lane", "telemetry", "alarm, telemetry, window or bulk"),
      Option.whole("count", "10", 1, 1000, "how many")),
  QUEUE_DROP(
      "queue drop",
      "gives up the oldest batches that wait; they are counted as lost and reported to the cloud",
      Option.text("lane", "telemetry", "alarm, telemetry, window or bulk"),
      Option.whole("count", "", 1, 1_000_000, "how many"),
      Option.flag("yes", "really")),
  QUEUE_EXPORT(
      "queue export",
      "writes every batch that waits to a file, one JSON object a line; they stay in the queue",
      Option.text("lane", "all", "alarm, telemetry, window or bulk"),
      Option.operand("file", "", "where to; it must not be there yet")),
  CONFIG_CHECK("config check", "whether the agent would take its configuration file as it is now"),
  CONFIG_DIFF(
      "config diff",
      "what is not the same in the file as it is now, in the shadow 'config' and in force"),
  CONFIG_RELOAD(
      "config reload",
      "takes the file as it is now without a restart, all of it or, if a key takes one, nothing"),
  ACTUATOR_SET(
      "actuator set",
      "has an actuator do something; the cloud hears of its state",
      Option.operand("actuator", "", "its name"),
      Option.operand("value", "", "true, false, a number or a text in JSON")),
  CERTIFICATE_SHOW("certificate show", "the certificate's subject, id in AWS IoT and validity"),
  CERTIFICATE_ROTATE(
      "certificate rotate",
      "begins to give the thing another certificate, as a job rotate-certificate does; jobs tells"
          + " what becomes of it",
      Option.operand("template", "", "provisioning template that puts the new one in force"),
      Option.text("parameters", "none", "what the template asks for, as a JSON object of texts")),
  JOBS("jobs", "the job that is under way and how far it is, and how the last ones ended"),
  SHADOW_GET(
      "shadow get",
      "a shadow's document, asked for by the agent's own connection",
      Option.operand("name", "the classic one", "name of the shadow")),
  SHADOW_SET(
      "shadow set",
      "changes a shadow by the agent's own connection, and prints what was accepted",
      Option.operand("state", "", "JSON object with reported or desired or both"),
      Option.operand("name", "the classic one", "name of the shadow")),
  SUPPORT_BUNDLE(
      "support-bundle",
      "a tar.gz of configuration without secrets, status, metrics, log, threads and a list of"
          + " files; never a key",
      Option.operand("file", "support-<thing>.tar.gz", "where to; it must not be there yet")),
  TAIL(
      "tail",
      "readings as they are accepted, until interrupted; what comes too fast is left out and counted",
      Option.text("device", "all", "whose; * stands for any characters"),
      Option.text("sensor", "all", "which; * stands for any characters"),
      Option.whole("count", "no end", 1, 1_000_000, "ends after so many"));

  private final String words;
  private final String summary;
  private final List<Option> options;

  Subcommand(String words, String summary, Option... options) {
    this.words = words;
    this.summary = summary;
    this.options = List.of(options);
  }

  /// As it is typed and sent: `queue ls`.
  public String words() {
    return words;
  }

  /// What it does.
  public String summary() {
    return summary;
  }

  /// What may follow it, operands in their order.
  public List<Option> options() {
    return options;
  }

  /// The one of those words.
  static Optional<Subcommand> of(String words) {
    return Arrays.stream(values()).filter(each -> each.words.equals(words)).findFirst();
  }

  /// How it is typed: `queue peek [--count N]`.
  String usage() {
    var usage = new StringBuilder(words);
    options.forEach(option -> usage.append(' ').append(option.usage()));
    return usage.toString();
  }
}
