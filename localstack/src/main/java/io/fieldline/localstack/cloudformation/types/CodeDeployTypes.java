// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.codedeploy.model.*;

/// AWS::CodeDeploy::Application, DeploymentGroup.
final class CodeDeployTypes {
  private static final Set<String> NOT_IN_UPDATE = Set.of("DeploymentGroupName");

  private final Api api;

  CodeDeployTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::CodeDeploy::Application",
        CallType.replacedByAnyChange(this::createApplication, this::deleteApplication));
    types.add(
        "AWS::CodeDeploy::DeploymentGroup",
        CallType.of(
            this::createGroup,
            this::updateGroup,
            this::deleteGroup,
            "ApplicationName",
            "DeploymentGroupName"));
  }

  private Made createApplication(Wanted w) {
    String name = w.properties().path("ApplicationName").asText(w.uniqueName());
    api.call(
        PropertyMapper.fill(CreateApplicationRequest.builder(), w.properties())
            .applicationName(name)
            .build(),
        CreateApplicationResponse.class);
    return new Made(name, Map.of());
  }

  private void deleteApplication(Wanted w, String name) {
    api.call(
        DeleteApplicationRequest.builder().applicationName(name).build(),
        DeleteApplicationResponse.class);
  }

  private Made createGroup(Wanted w) {
    String name = w.properties().path("DeploymentGroupName").asText(w.uniqueName());
    api.call(
        PropertyMapper.fill(CreateDeploymentGroupRequest.builder(), w.properties())
            .deploymentGroupName(name)
            .build(),
        CreateDeploymentGroupResponse.class);
    return new Made(name, Map.of());
  }

  private Made updateGroup(Wanted w, String name, JsonNode old) {
    api.call(
        PropertyMapper.fill(UpdateDeploymentGroupRequest.builder(), w.properties(), NOT_IN_UPDATE)
            .currentDeploymentGroupName(name)
            .build(),
        UpdateDeploymentGroupResponse.class);
    return new Made(name, Map.of());
  }

  private void deleteGroup(Wanted w, String name) {
    api.call(
        DeleteDeploymentGroupRequest.builder()
            .applicationName(w.properties().path("ApplicationName").asText())
            .deploymentGroupName(name)
            .build(),
        DeleteDeploymentGroupResponse.class);
  }
}
