// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The unmodified `aws` command line against a stack.
///
/// @param home a folder without configuration, where it also runs
public record AwsCommand(URI endpoint, Path home) {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /// Runs it with the credentials that every local stack knows.
  public Program.Outcome run(String... arguments) {
    return runAs("test", "test", List.of(arguments));
  }

  /// Runs it with the credentials of a user.
  public Program.Outcome runAs(String keyId, String secret, List<String> arguments) {
    List<String> line = new ArrayList<>(List.of("/usr/bin/aws"));
    line.addAll(List.of("--endpoint-url", endpoint.toString(), "--output", "json"));
    line.addAll(arguments);
    var environment =
        Map.of(
            "AWS_ACCESS_KEY_ID", keyId,
            "AWS_SECRET_ACCESS_KEY", secret,
            "AWS_DEFAULT_REGION", "us-east-1",
            "AWS_MAX_ATTEMPTS", "1",
            "AWS_PAGER", "",
            "AWS_EC2_METADATA_DISABLED", "true",
            "HOME", home.toString());
    return Program.run(home, environment, LIMIT, line);
  }

  /// What it says; an exit code other than 0 fails the test.
  public String says(String... arguments) {
    Program.Outcome outcome = run(arguments);
    if (outcome.exitCode() != 0) {
      throw new AssertionError(
          "aws "
              + String.join(" ", arguments)
              + " ended with "
              + outcome.exitCode()
              + ":\n"
              + outcome.output());
    }
    return outcome.output();
  }

  /// The JSON that it says.
  public JsonNode json(String... arguments) {
    try {
      return new ObjectMapper().readTree(says(arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
