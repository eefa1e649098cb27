// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.util.Optional;

final class DeployTime implements Question {
  @Override
  public String name() {
    return "deploy";
  }

  @Override
  public String text() {
    return "How long does `cdk deploy` of our template take on the local stack?";
  }

  @Override
  public String how() {
    return """
    Each round starts a stack with an empty data folder and runs the unmodified `cdk deploy` of
    `infra-cdk` against it, from the start of the process to its end, everything built before. That
    contains the synthesis, which the CDK does on its own: `cdk synth` alone is measured before, for
    the ratio.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(3);
    var deploy = new Samples();
    var synth = new Samples();
    for (int i = 0; i < rounds; i++) {
      report.yardstick().lay();
      try (var stack = new Stack(at, Optional.of(at.folder().resolve("data-" + i)))) {
        var deployment = new Deployment(at, stack, "round-" + i);
        synth.add(deployment.synth());
        deploy.add(deployment.deploy());
      }
    }
    report.atMost("`cdk deploy` into an empty stack", deploy.median(), 45, "s");
    report.figure("cdk deploy", "s", deploy);
    report.figure("cdk synth", "s", synth);
    report.ratio("deploy / synth", deploy.median() / synth.median());
  }
}
