// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The reference page is made from the subcommands.
class AgentCtlPageTest {
  private static final Path PAGE = Path.of("../docs/reference/agentctl.md");

  @Test
  void pageShowsEverySubcommandAndOption() throws Exception {
    String expected = page();
    if (System.getProperty("update-golden") != null) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.readString(PAGE))
        .as("out of date: run this test with -Dupdate-golden")
        .isEqualTo(expected);
  }

  private static String page() {
    var page =
        new StringBuilder(
            """
            # agentctl

            Asks the running agent, over a Unix socket that its user and its group may use. In the package it is `agentctl`,
            in the repository `./fieldline agent ctl`. This page is generated (`AgentCtlPageTest`, `-Dupdate-golden`).

                agentctl [--config FILE | --socket PATH] [--json] COMMAND

            Without either, the agent is that of `%s`. `--json` prints one JSON object a line. Exit status: 0 done, 1 not
            done, 2 wrong arguments. `agentctl doctor` also works where no agent runs: see
            [how to operate the agent](../how-to/operate-the-agent.md).
            """
                .formatted(AgentCtl.PACKAGED));
    for (Subcommand each : Subcommand.values()) {
      page.append("\n## ").append(each.words()).append("\n\n    agentctl ");
      page.append(each.usage()).append("\n\n").append(sentence(each.summary()));
      if (!each.options().isEmpty()) {
        page.append("\n| option | expected | default | meaning |\n|---|---|---|---|\n");
        each.options()
            .forEach(option ->
                page.append(
                    "| `%s` | %s | %s | %s |\n"
                        .formatted(
                            option.usage().replaceAll("[\\[\\]]", ""),
                            option.expected(),
                            option.isRequired() ? "required" : option.byDefault(),
                            option.meaning())));
      }
    }
    page.append(
        """

        ## Over the socket

        A request is one line, the answer is lines; one request a connection, at most 8 connections.

            {"command":"queue peek","arguments":{"count":1}}

            {"item":{…}}      any number of them
            {"done":{…}}      or {"error":"what was expected, what came, what to do"}
        """);
    return page.toString();
  }

  private static String sentence(String summary) {
    return Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".\n";
  }
}
