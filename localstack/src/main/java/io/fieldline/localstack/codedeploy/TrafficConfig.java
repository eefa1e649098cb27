// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import java.time.Duration;
import java.util.Arrays;

/// How traffic goes over: at once; a part of it, and after a while the rest; or by equal parts.
///
/// Source: AWS CodeDeploy User Guide, "Predefined deployment configurations for an AWS Lambda
/// compute platform".
enum TrafficConfig {
  LambdaAllAtOnce(100, 0, false),
  LambdaCanary10Percent5Minutes(10, 5, false),
  LambdaCanary10Percent10Minutes(10, 10, false),
  LambdaCanary10Percent15Minutes(10, 15, false),
  LambdaCanary10Percent30Minutes(10, 30, false),
  LambdaLinear10PercentEvery1Minute(10, 1, true),
  LambdaLinear10PercentEvery2Minutes(10, 2, true),
  LambdaLinear10PercentEvery3Minutes(10, 3, true),
  LambdaLinear10PercentEvery10Minutes(10, 10, true);

  private static final String PREFIX = "CodeDeployDefault.";

  private final int percent;
  private final int minutes;
  private final boolean linear;

  TrafficConfig(int percent, int minutes, boolean linear) {
    this.percent = percent;
    this.minutes = minutes;
    this.linear = linear;
  }

  /// The one that a group or a deployment names.
  static TrafficConfig named(String name) {
    return Arrays.stream(values())
        .filter(config -> config.configName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            CodeDeployFailures.of(
                "DeploymentConfigDoesNotExistException",
                "No deployment configuration found for name: %s; this local stack has %s"
                    .formatted(name, Arrays.toString(values()))));
  }

  String configName() {
    return PREFIX + name();
  }

  /// The share of the new version after so many shifts, the first at the beginning.
  int percentAfter(int shifts) {
    return linear ? Math.min(100, percent * shifts) : shifts > 1 ? 100 : percent;
  }

  /// Between two shifts.
  Duration interval() {
    return Duration.ofMinutes(minutes);
  }

  int percent() {
    return percent;
  }

  int minutes() {
    return minutes;
  }

  /// What kind of shifting it is, in the API's words.
  String routingType() {
    if (percent == 100) {
      return "AllAtOnce";
    }
    return linear ? "TimeBasedLinear" : "TimeBasedCanary";
  }
}
