// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.log.LogSettings;
import java.nio.file.Path;
import java.util.Optional;

/// Reads the sections about running the agent: its log, and the socket of agentctl.
final class OperationSections {
  private static final String SOCKET = "agent.sock";

  private OperationSections() {}

  static LogSettings log(YamlSection section) {
    var log =
        new LogSettings(
            section.newFile("file", "standard error", "where the log is written"),
            section.choice(
                "format", LogSettings.Format.TEXT, "lines for people, or a JSON object each"),
            section
                .remote()
                .choice("level", LogSettings.Level.INFO, "what is less important is left out"),
            section.whole(
                "maxFileBytes",
                1 << 20,
                65_536,
                1 << 30,
                "bytes",
                "at this size the file is put aside as <file>.1 and a new one begun"),
            (int) section.whole("files", 5, 1, 1000, "files", "how many are kept; the oldest goes"),
            (int)
                section.whole(
                    "perMinute",
                    60,
                    1,
                    1_000_000,
                    "lines",
                    "of one message in a minute; what is more is counted and left out"));
    section.end();
    return log;
  }

  /// Whether the shadow `config` may change the agent, and how long a change has to prove itself.
  static Configuration.ShadowTerms shadow(YamlSection section) {
    var terms =
        new Configuration.ShadowTerms(
            section.flag("enabled", true, "whether the shadow 'config' changes anything"),
            section.seconds(
                "trialSeconds",
                300,
                1,
                86_400,
                "what it changed is taken back if it does not reach the cloud in so long, or if a"
                    + " source that it changed fails at its end"));
    section.end();
    return terms;
  }

  /// Where agentctl reaches the agent, if it may.
  static Optional<Path> control(YamlSection section, Path folder) {
    boolean enabled = section.flag("enabled", true, "whether it is there at all");
    Path socket =
        section
            .newFile("socket", "agent.sock in the folder", "Unix socket at which agentctl calls")
            .orElse(folder.resolve(SOCKET));
    section.end();
    return enabled ? Optional.of(socket) : Optional.empty();
  }
}
