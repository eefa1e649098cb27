// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Our template, put into a stack by the unmodified `cdk` command line.
final class Deployment {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Workplace at;
  private final Stack stack;
  private final Path folder;

  /// @param name of a folder for what the command line writes
  Deployment(Workplace at, Stack stack, String name) {
    this.at = at;
    this.stack = stack;
    this.folder = at.folder().resolve("cdk-" + name);
  }

  /// Seconds that it took.
  double deploy() {
    return cdk(
        "deploy",
        "--require-approval",
        "never",
        "--progress",
        "events",
        "--outputs-file",
        folder.resolve("outputs.json").toString());
  }

  /// Seconds that it takes only to make the template.
  double synth() {
    return cdk("synth", "--quiet");
  }

  private double cdk(String... arguments) {
    Path infra = at.root().resolve("infra-cdk");
    var command = new ArrayList<>(List.of(infra.resolve("node_modules/.bin/cdk").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--output", folder.resolve("out").toString()));
    command.addAll(List.of("-c", "appUrls=" + stack.endpoint() + "/"));
    var environment =
        Map.of(
            "AWS_ENDPOINT_URL", stack.endpoint().toString(),
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test",
            "AWS_REGION", "us-east-1",
            "AWS_EC2_METADATA_DISABLED", "true",
            "CI", "true",
            "CDK_DISABLE_CLI_TELEMETRY", "1",
            "CDK_HOME", folder.resolve("home").toString());
    try (Program program = Program.start(infra, environment, command)) {
      program.ended(LIMIT);
      return program.millisSinceStart() / 1e3;
    }
  }

  /// An output of the deployed stack.
  String output(String name) throws IOException {
    JsonNode stacks = new ObjectMapper().readTree(folder.resolve("outputs.json").toFile());
    JsonNode value = stacks.elements().next().path(name);
    if (value.isMissingNode()) {
      throw new IOException("expected an output " + name + ", got " + stacks);
    }
    return value.asText();
  }
}
