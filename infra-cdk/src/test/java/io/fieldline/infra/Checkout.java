// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import io.fieldline.infra.construct.Artifacts;
import io.fieldline.infra.construct.PipelineFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder laid out as the repository is after a build, with empty zips and an empty app; stage
/// `watched` is `prod` with all that can be turned on.
record Checkout(Path root) {
  private static final byte[] EMPTY_ZIP = new byte[22];

  static {
    EMPTY_ZIP[0] = 'P';
    EMPTY_ZIP[1] = 'K';
    EMPTY_ZIP[2] = 5;
    EMPTY_ZIP[3] = 6;
  }

  static Checkout in(Path root) throws IOException {
    var functions = Files.createDirectories(root.resolve("lambdas/target/functions"));
    for (var function : PipelineFunction.values()) {
      Files.write(functions.resolve(function.label() + ".zip"), EMPTY_ZIP);
    }
    var site = Files.createDirectories(root.resolve("web/dist"));
    Files.writeString(site.resolve("index.html"), "<!doctype html>");
    var config = Files.createDirectories(root.resolve("infra-cdk/config"));
    for (var stage : new String[] {"dev.json", "prod.json"}) {
      Files.copy(Path.of("config", stage), config.resolve(stage));
    }
    var prod = Files.readString(config.resolve("prod.json"));
    Files.writeString(
        config.resolve("watched.json"),
        prod.replaceFirst(
            "\\{",
            """
            { "alarmEmail": "ops@example.com", "monthlyBudgetUsd": 20, "customerKey": true,
              "tracing": true, "buffer": "kinesis", "archiveRetentionDays": 400,
              "tellAlarmsTo": [ "mailto:ops@example.com", "https://example.com/hook" ],
              "tags": { "cost-centre": "4711" },\
            """));
    return new Checkout(root);
  }

  Path infra() {
    return root.resolve("infra-cdk");
  }

  Artifacts artifacts() {
    return new Artifacts(root.resolve("lambdas/target/functions"), root.resolve("web/dist"));
  }
}
