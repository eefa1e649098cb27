// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The app as the command line runs it: a process of its own.
final class PipelineAppTest {
  @TempDir private Path folder;

  /// CDK's own rules are on in this process, as errors; and the template of another JVM must be the
  /// same to the byte, or every deploy would show a change.
  @Test
  void anotherProcessSynthesizesTheSameTemplateUnderCdksRules() throws Exception {
    var checkout = Checkout.in(folder.resolve("checkout"));
    var out = folder.resolve("cdk.out");

    var run = run(checkout, out, "{}", "true");

    assertThat(run.code()).as(run.output()).isZero();
    var stack =
        Template.at(out.resolve("manifest.json")).root().at("/artifacts/Fieldline-dev/properties");
    assertThat(stack.path("terminationProtection").asBoolean()).isFalse();
    assertThat(stack.path("tags").toString())
        .isEqualTo("{\"project\":\"fieldline\",\"stage\":\"dev\"}");
    assertThat(Template.at(out.resolve("Fieldline-dev.template.json")).root().toString())
        .isEqualTo(Template.of("dev").root().toString());
  }

  @Test
  void cfnLintFindsNothingWhereItIsInstalled() throws Exception {
    var lint =
        Stream.of(System.getenv("PATH").split(":"))
            .map(entry -> Path.of(entry, "cfn-lint"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(lint.isPresent(), "cfn-lint is not on the PATH");
    var template =
        Files.writeString(folder.resolve("template.json"), Template.of("dev").root().toString());
    var log = folder.resolve("lint");

    var process =
        new ProcessBuilder(lint.orElseThrow().toString(), template.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  @Test
  void aStageWithoutConfigurationIsRefusedByName() throws Exception {
    var checkout = Checkout.in(folder.resolve("checkout"));

    var run = run(checkout, folder.resolve("cdk.out"), "{\"stage\":\"nosuch\"}", "false");

    assertThat(run.code()).isNotZero();
    assertThat(run.output()).contains("nosuch").contains("stages there: [dev, prod, watched]");
  }

  @Test
  void aStageThatSaysWhereItBelongsIsOfThatAccountAndRegion() throws Exception {
    var checkout = Checkout.in(folder.resolve("checkout"));
    var config = checkout.infra().resolve("config");
    var dev = Files.readString(config.resolve("dev.json"));
    Files.writeString(
        config.resolve("placed.json"),
        dev.replaceFirst("\\{", "{ \"account\": \"123456789012\", \"region\": \"eu-central-1\","));

    var stack =
        PipelineApp.add(PipelineApp.app(Map.of("stage", "placed")), config, checkout.artifacts());

    assertThat(stack.getEnvironment()).isEqualTo("aws://123456789012/eu-central-1");
  }

  private record Run(int code, String output) {}

  private Run run(Checkout checkout, Path out, String context, String validation)
      throws IOException, InterruptedException {
    var log = folder.resolve("log");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PipelineApp.class.getName())
            .directory(checkout.infra().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CDK_OUTDIR", out.toString());
    builder.environment().put("CDK_CONTEXT_JSON", context);
    builder.environment().put("CDK_VALIDATION", validation);
    var process = builder.start();
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Run(process.waitFor(), Files.readString(log));
  }
}
