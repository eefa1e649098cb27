// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.*;

/// Deployment groups: as what, in which steps and under which alarms an alias is deployed.
final class DeploymentGroups {
  private final MVMap<String, DeploymentGroup> groups;
  private final Applications applications;
  private final ServiceRole role;
  private final StackInfo stack;

  DeploymentGroups(Store store, StackInfo stack, Applications applications, ServiceRole role) {
    this.groups = groups(store);
    this.stack = stack;
    this.applications = applications;
    this.role = role;
  }

  private static MVMap<String, DeploymentGroup> groups(Store store) {
    return store.map("codedeploy/groups", DeploymentGroup.class);
  }

  /// An application is gone: so are its groups.
  static void forget(Store store, String application) {
    var groups = groups(store);
    for (DeploymentGroup group : List.copyOf(groups.values())) {
      if (group.application().equals(application)) {
        groups.remove(group.key());
      }
    }
  }

  void register(Api api) {
    api.on(CreateDeploymentGroupRequest.class, this::create)
        .access(r ->
            needs("Create", arn(r.applicationName(), r.deploymentGroupName()), r.serviceRoleArn()));
    api.on(UpdateDeploymentGroupRequest.class, this::update)
        .access(r ->
            needs(
                "Update",
                arn(r.applicationName(), r.currentDeploymentGroupName()),
                r.serviceRoleArn()));
    api.on(GetDeploymentGroupRequest.class, this::get)
        .resource(r -> arn(r.applicationName(), r.deploymentGroupName()));
    api.on(DeleteDeploymentGroupRequest.class, this::delete)
        .resource(r -> arn(r.applicationName(), r.deploymentGroupName()));
    api.on(ListDeploymentGroupsRequest.class, this::list)
        .resource(r -> applications.arn(r.applicationName()));
  }

  String arn(String application, String group) {
    return stack.arn("codedeploy", "deploymentgroup:" + application + "/" + group);
  }

  private static List<Access> needs(String what, String arn, @Nullable String roleArn) {
    var needed = new ArrayList<Access>();
    needed.add(new Access("codedeploy:" + what + "DeploymentGroup", arn));
    if (roleArn != null) {
      needed.add(
          new Access(
              "iam:PassRole", roleArn, Map.of("iam:PassedToService", "codedeploy.amazonaws.com")));
    }
    return needed;
  }

  DeploymentGroup kept(String application, String name) {
    applications.kept(application);
    DeploymentGroup group = groups.get(DeploymentGroup.key(application, name));
    if (group == null) {
      throw CodeDeployFailures.noGroup(name);
    }
    return group;
  }

  private CreateDeploymentGroupResponse create(CreateDeploymentGroupRequest request) {
    applications.kept(request.applicationName());
    checkStyle(request.deploymentStyle());
    refuseTags(request.hasTags());
    var group =
        new DeploymentGroup(
            request.applicationName(),
            request.deploymentGroupName(),
            UUID.randomUUID().toString(),
            request.serviceRoleArn(),
            config(request.deploymentConfigName()),
            alarms(request.alarmConfiguration()),
            ignoresPollFailure(request.alarmConfiguration()),
            rollbackEvents(request.autoRollbackConfiguration()));
    role.check(group);
    if (groups.putIfAbsent(group.key(), group) != null) {
      throw CodeDeployFailures.of(
          "DeploymentGroupAlreadyExistsException",
          "Deployment group already exists: " + group.name());
    }
    return CreateDeploymentGroupResponse.builder().deploymentGroupId(group.id()).build();
  }

  private UpdateDeploymentGroupResponse update(UpdateDeploymentGroupRequest request) {
    DeploymentGroup old = kept(request.applicationName(), request.currentDeploymentGroupName());
    if (request.newDeploymentGroupName() != null
        && !request.newDeploymentGroupName().equals(old.name())) {
      throw CodeDeployFailures.unsupported(
          "InvalidDeploymentGroupNameException", "Renaming a deployment group");
    }
    if (request.deploymentStyle() != null) {
      checkStyle(request.deploymentStyle());
    }
    var group =
        new DeploymentGroup(
            old.application(),
            old.name(),
            old.id(),
            request.serviceRoleArn() == null ? old.roleArn() : request.serviceRoleArn(),
            request.deploymentConfigName() == null
                ? old.config()
                : config(request.deploymentConfigName()),
            request.alarmConfiguration() == null
                ? old.alarms()
                : alarms(request.alarmConfiguration()),
            request.alarmConfiguration() == null
                ? old.ignorePollFailure()
                : ignoresPollFailure(request.alarmConfiguration()),
            request.autoRollbackConfiguration() == null
                ? old.rollbackEvents()
                : rollbackEvents(request.autoRollbackConfiguration()));
    role.check(group);
    groups.put(group.key(), group);
    return UpdateDeploymentGroupResponse.builder().build();
  }

  /// Source: API reference, CreateDeploymentGroup: for Lambda, blue/green with traffic control.
  private static void checkStyle(@Nullable DeploymentStyle style) {
    if (style == null
        || style.deploymentType() != DeploymentType.BLUE_GREEN
        || style.deploymentOption() != DeploymentOption.WITH_TRAFFIC_CONTROL) {
      throw CodeDeployFailures.of(
          "InvalidDeploymentStyleException",
          "For Lambda deployment group, deployment type must be BLUE_GREEN and deployment option"
              + " WITH_TRAFFIC_CONTROL, got "
              + style);
    }
  }

  private static void refuseTags(boolean given) {
    if (given) {
      throw CodeDeployFailures.unsupported(
          "InvalidTagsToAddException", "Tagging a deployment group");
    }
  }

  /// Source: API reference, CreateDeploymentGroup: who names none gets the platform's default, for
  /// Lambda all at once.
  private static String config(@Nullable String name) {
    return (name == null ? TrafficConfig.LambdaAllAtOnce : TrafficConfig.named(name)).configName();
  }

  private static List<String> alarms(@Nullable AlarmConfiguration given) {
    if (given == null || !Boolean.TRUE.equals(given.enabled())) {
      return List.of();
    }
    // Source: CodeDeploy User Guide, "CodeDeploy quotas": alarms of a deployment group.
    if (given.alarms().size() > 10) {
      throw CodeDeployFailures.of(
          "AlarmsLimitExceededException",
          "expected at most 10 alarms, got " + given.alarms().size());
    }
    return given.alarms().stream().map(Alarm::name).toList();
  }

  private static boolean ignoresPollFailure(@Nullable AlarmConfiguration given) {
    return given != null && Boolean.TRUE.equals(given.ignorePollAlarmFailure());
  }

  private static List<String> rollbackEvents(@Nullable AutoRollbackConfiguration given) {
    return given == null || !Boolean.TRUE.equals(given.enabled())
        ? List.of()
        : given.eventsAsStrings();
  }

  private GetDeploymentGroupResponse get(GetDeploymentGroupRequest request) {
    DeploymentGroup group = kept(request.applicationName(), request.deploymentGroupName());
    return GetDeploymentGroupResponse.builder()
        .deploymentGroupInfo(info ->
            info.applicationName(group.application())
                .deploymentGroupName(group.name())
                .deploymentGroupId(group.id())
                .serviceRoleArn(group.roleArn())
                .deploymentConfigName(group.config())
                .computePlatform(ComputePlatform.LAMBDA)
                .deploymentStyle(s ->
                    s.deploymentType(DeploymentType.BLUE_GREEN)
                        .deploymentOption(DeploymentOption.WITH_TRAFFIC_CONTROL))
                .alarmConfiguration(a ->
                    a.enabled(!group.alarms().isEmpty())
                        .ignorePollAlarmFailure(group.ignorePollFailure())
                        .alarms(
                            group.alarms().stream()
                                .map(name -> Alarm.builder().name(name).build())
                                .toList()))
                .autoRollbackConfiguration(rollback(group)))
        .build();
  }

  static AutoRollbackConfiguration rollback(DeploymentGroup group) {
    return AutoRollbackConfiguration.builder()
        .enabled(!group.rollbackEvents().isEmpty())
        .eventsWithStrings(group.rollbackEvents())
        .build();
  }

  private DeleteDeploymentGroupResponse delete(DeleteDeploymentGroupRequest request) {
    groups.remove(DeploymentGroup.key(request.applicationName(), request.deploymentGroupName()));
    return DeleteDeploymentGroupResponse.builder().build();
  }

  private ListDeploymentGroupsResponse list(ListDeploymentGroupsRequest request) {
    applications.kept(request.applicationName());
    return ListDeploymentGroupsResponse.builder()
        .applicationName(request.applicationName())
        .deploymentGroups(
            groups.values().stream()
                .filter(g -> g.application().equals(request.applicationName()))
                .map(DeploymentGroup::name)
                .toList())
        .build();
  }
}
