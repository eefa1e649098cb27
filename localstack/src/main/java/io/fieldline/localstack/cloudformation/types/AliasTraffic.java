// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.codedeploy.model.*;

/// Has CodeDeploy take an alias's traffic to another version, and waits for its end.
///
/// Source: CloudFormation Template Reference, "UpdatePolicy attribute":
/// CodeDeployLambdaAliasUpdate. Assumed: an alias that is put back is put back at once, without a
/// deployment.
final class AliasTraffic {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LOOK_EVERY_MS = 200;

  private final Api api;

  AliasTraffic(Api api) {
    this.api = api;
  }

  /// @throws AwsFailure with CodeDeploy's reason, where it stopped or failed
  void goOver(JsonNode policy, JsonNode wanted, JsonNode old) {
    refuseHooks(policy);
    String from = old.path("FunctionVersion").asText();
    String to = wanted.path("FunctionVersion").asText();
    if (from.equals(to)) {
      return;
    }
    String id =
        api.call(
                CreateDeploymentRequest.builder()
                    .applicationName(policy.path("ApplicationName").asText())
                    .deploymentGroupName(policy.path("DeploymentGroupName").asText())
                    .revision(r ->
                        r.revisionType(RevisionLocationType.APP_SPEC_CONTENT)
                            .appSpecContent(c -> c.content(appSpec(wanted, from, to))))
                    .build(),
                CreateDeploymentResponse.class)
            .deploymentId();
    DeploymentInfo ended = await(id);
    if (ended.status() != DeploymentStatus.SUCCEEDED) {
      throw AwsFailure.validationError(
          "CodeDeploy deployment %s: %s. %s (%s)"
              .formatted(
                  id,
                  ended.statusAsString(),
                  ended.errorInformation().message(),
                  ended.errorInformation().codeAsString()));
    }
  }

  private static void refuseHooks(JsonNode policy) {
    if (policy.has("BeforeAllowTrafficHook") || policy.has("AfterAllowTrafficHook")) {
      throw AwsFailure.validationError(
          "BeforeAllowTrafficHook and AfterAllowTrafficHook are not supported by this local stack");
    }
  }

  private static String appSpec(JsonNode alias, String from, String to) {
    ObjectNode spec = JSON.createObjectNode().put("version", 0.0);
    ObjectNode function = spec.putArray("Resources").addObject().putObject("function");
    function
        .put("Type", "AWS::Lambda::Function")
        .putObject("Properties")
        .put("Name", alias.path("FunctionName").asText())
        .put("Alias", alias.path("Name").asText())
        .put("CurrentVersion", from)
        .put("TargetVersion", to);
    return spec.toString();
  }

  private DeploymentInfo await(String id) {
    try {
      while (true) {
        DeploymentInfo info =
            api.call(
                    GetDeploymentRequest.builder().deploymentId(id).build(),
                    GetDeploymentResponse.class)
                .deploymentInfo();
        if (info.completeTime() != null) {
          return info;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AwsFailure.validationError("The deployment was interrupted");
    }
  }
}
