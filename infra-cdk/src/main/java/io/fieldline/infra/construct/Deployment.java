// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.infra.StageConfig;
import java.util.Optional;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/// What every construct of one stage shares.
///
/// @param config what differs from stage to stage
/// @param names the explicit physical names
/// @param artifacts the built parts
/// @param traffic where functions go over to new versions little by little
public record Deployment(
    StageConfig config, Names names, Artifacts artifacts, Optional<TrafficShifting> traffic) {

  /// Of a stage, in its stack.
  public static Deployment in(Stack stack, StageConfig config, Artifacts artifacts) {
    var names = new Names(config.stage());
    return new Deployment(
        config,
        names,
        artifacts,
        config.deploymentConfig().map(how -> new TrafficShifting(stack, "Traffic", names, how)));
  }

  /// `arn:<partition>:<service>:<region>:<account>:<resource>` in the stack of a construct.
  static String arn(Construct scope, String service, String resource) {
    var stack = Stack.of(scope);
    return "arn:%s:%s:%s:%s:%s"
        .formatted(stack.getPartition(), service, stack.getRegion(), stack.getAccount(), resource);
  }
}
