// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import io.fieldline.infra.construct.Artifacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/// The CDK app. Run by the CDK command line in `infra-cdk`; context `stage` chooses the stage
/// (`dev` if none is named), context `appUrls` adds addresses, separated by commas, at which the
/// app is served besides those of the stage's configuration.
public final class PipelineApp {
  // Feature flags are set here and not in cdk.json, which only the command line reads: tests and
  // direct runs must synthesize the same template.
  private static final Map<String, Object> FEATURE_FLAGS =
      Map.of(
          "@aws-cdk/aws-iam:standardizedServicePrincipals", true,
          "@aws-cdk/aws-lambda:recognizeLayerVersion", true,
          "@aws-cdk/core:checkSecretUsage", true,
          // Tags are the stack's, and CloudFormation hands them on: the template has none.
          "@aws-cdk/core:explicitStackTags", true,
          "@aws-cdk/core:validateAgainstDefaultRules", true);

  private PipelineApp() {}

  /// Synthesizes into the folder that the command line names.
  public static void main(String[] arguments) {
    if (arguments.length > 0) {
      throw new IllegalArgumentException(
          "expected no arguments (the stage is given by: cdk -c stage=NAME), got " + arguments[0]);
    }
    var artifacts = new Artifacts(Path.of("../lambdas/target/functions"), Path.of("../web/dist"));
    var app = app(Map.of());
    add(app, Path.of("config"), artifacts);
    app.synth();
  }

  /// An app with our feature flags and these settings, without a stack yet.
  static App app(Map<String, Object> context) {
    var all = new TreeMap<>(FEATURE_FLAGS);
    all.putAll(context);
    return new App(AppProps.builder().context(all).analyticsReporting(false).build());
  }

  /// Adds the stack of the stage that the app's context names.
  static PipelineStack add(App app, Path configFolder, Artifacts artifacts) {
    var stage = app.getNode().tryGetContext("stage") instanceof String named ? named : "dev";
    var more =
        app.getNode().tryGetContext("appUrls") instanceof String urls
            ? List.of(urls.split(","))
            : List.<String>of();
    var folder =
        app.getNode().tryGetContext("config") instanceof String other
            ? Path.of(other)
            : configFolder;
    var config = StageConfigFile.read(folder, stage).withMoreAppUrls(more);
    return new PipelineStack(app, config, artifacts);
  }
}
