// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Aspects;

/// Both packs of rules over what is deployed: cdk-nag's AwsSolutions, and ours, since that has no
/// rule for AWS IoT. A finding is mended, or stands by itself in `accepted-findings.txt`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PacksTest {
  /// Stage `watched` has everything that a stage can have.
  private static final String STAGE = "watched";

  private static final List<PackRule> OURS =
      Stream.of(
              TopicRulePack.rules(),
              DevicePolicyPack.rules(),
              DeliveryPack.rules(),
              KeepingPack.rules())
          .flatMap(List::stream)
          .toList();

  private final AcceptedFindings accepted = AcceptedFindings.read(Path.of("accepted-findings.txt"));
  private final TreeSet<String> ofSolutions = new TreeSet<>();
  private Template template;

  @BeforeAll
  void synthesize(@TempDir Path folder) throws IOException {
    var checkout = Checkout.in(folder);
    var app = PipelineApp.app(Map.of("stage", STAGE));
    PipelineApp.add(app, checkout.infra().resolve("config"), checkout.artifacts());
    Aspects.of(app).add(new AwsSolutionsChecks());
    var assembly = app.synth();
    template = Template.at(Path.of(assembly.getDirectory(), "Fieldline-watched.template.json"));
    var messages =
        Template.at(Path.of(assembly.getDirectory(), "Fieldline-watched.metadata.json")).root();
    for (var construct : messages.properties()) {
      var path = construct.getKey().replaceFirst("^/Fieldline-watched/", "");
      for (var message : construct.getValue()) {
        var text = message.path("data").asText();
        if (text.startsWith("AwsSolutions-")) {
          ofSolutions.add(text.replaceFirst("(?s): .*", "") + " | " + path);
        }
      }
    }
  }

  @Test
  void everyFindingOfCdkNagIsMendedOrAcceptedByItself() {
    assertThat(String.join("\n", ofSolutions))
        .as("mend it, or add it with its reason to accepted-findings.txt")
        .isEqualTo(AcceptedFindings.block(accepted.of("AwsSolutions-")));
  }

  @Test
  void everyFindingOfOurPackIsMendedOrAcceptedByItself() {
    var found = OURS.stream().flatMap(rule -> rule.findings(template).stream()).toList();

    assertThat(AcceptedFindings.block(found))
        .as("mend it, or add it with its reason to accepted-findings.txt")
        .isEqualTo(
            AcceptedFindings.block(
                accepted.reasons().keySet().stream()
                    .filter(finding -> !finding.rule().startsWith("AwsSolutions-"))
                    .toList()));
  }

  /// So that a rule which finds nothing is one that would find something.
  @ParameterizedTest(name = "{0}")
  @MethodSource("ours")
  void everyRuleFindsATemplateMadeWrong(PackRule rule) {
    var wrong = new Template(template.root().deepCopy());
    var before = rule.breaks().apply(wrong);

    BrokenTemplates.BY_RULE.getOrDefault(rule.id(), _ -> {}).accept(wrong);

    assertThat(rule.breaks().apply(wrong)).as(rule.why()).hasSizeGreaterThan(before.size());
  }

  static Stream<PackRule> ours() {
    return OURS.stream();
  }

  @Test
  void nothingIsAcceptedWithoutAReason() {
    assertThatThrownBy(() -> AcceptedFindings.parse(List.of("# why", "", "A | b"), "file"))
        .hasMessage("file:3: expected a reason above it, in a line that starts with #");
    assertThatThrownBy(() -> AcceptedFindings.parse(List.of("# why", "A"), "file"))
        .hasMessage("file:2: expected 'rule | resource', got 'A'");
    assertThatThrownBy(() -> AcceptedFindings.parse(List.of("# why", "A | b", "A | b"), "file"))
        .hasMessage("file:3: accepted twice: A | b");
  }
}
