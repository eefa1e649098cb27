// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.cloudwatch.model.*;
import software.amazon.awssdk.services.ssm.model.DeleteParameterRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParameterResponse;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;
import software.amazon.awssdk.services.ssm.model.PutParameterResponse;

/// AWS::CloudWatch::Alarm and Dashboard; AWS::SSM::Parameter.
final class OpsTypes {
  private final Api api;
  private final String alarmArnPrefix;

  OpsTypes(Api api, String alarmArnPrefix) {
    this.api = api;
    this.alarmArnPrefix = alarmArnPrefix;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::CloudWatch::Alarm",
        new TaggedType(
            CallType.of(
                this::createAlarm,
                (w, name, _) -> putAlarm(w, name),
                this::deleteAlarm,
                "AlarmName"),
            new Retags(api)::alarm));
    types.add(
        "AWS::CloudWatch::Dashboard",
        CallType.of(
            this::createDashboard,
            (w, name, _) -> putDashboard(w, name),
            this::deleteDashboard,
            "DashboardName"));
    types.add(
        "AWS::SSM::Parameter",
        CallType.of(
            this::createParameter,
            (w, name, _) -> putParameter(w, name),
            this::deleteParameter,
            "Name",
            "Type"));
  }

  private Made createAlarm(Wanted w) {
    return putAlarm(w, w.properties().path("AlarmName").asText(w.uniqueName()));
  }

  private Made putAlarm(Wanted w, String name) {
    api.call(
        PropertyMapper.fill(PutMetricAlarmRequest.builder(), w.properties(), Set.of("AlarmName"))
            .alarmName(name)
            .build(),
        PutMetricAlarmResponse.class);
    return new Made(name, Map.of("Arn", alarmArnPrefix + name));
  }

  private void deleteAlarm(Wanted w, String name) {
    api.call(DeleteAlarmsRequest.builder().alarmNames(name).build(), DeleteAlarmsResponse.class);
  }

  private Made createDashboard(Wanted w) {
    return putDashboard(w, w.properties().path("DashboardName").asText(w.uniqueName()));
  }

  private Made putDashboard(Wanted w, String name) {
    api.call(
        PutDashboardRequest.builder()
            .dashboardName(name)
            .dashboardBody(w.properties().path("DashboardBody").asText())
            .build(),
        PutDashboardResponse.class);
    return new Made(name, Map.of());
  }

  private void deleteDashboard(Wanted w, String name) {
    api.call(
        DeleteDashboardsRequest.builder().dashboardNames(name).build(),
        DeleteDashboardsResponse.class);
  }

  private Made createParameter(Wanted w) {
    return putParameter(w, w.properties().path("Name").asText(w.uniqueName()));
  }

  private Made putParameter(Wanted w, String name) {
    JsonNode p = w.properties();
    api.call(
        PropertyMapper.fill(PutParameterRequest.builder(), p, Set.of("Name", "Tags"))
            .name(name)
            .overwrite(true)
            .build(),
        PutParameterResponse.class);
    return new Made(
        name, Map.of("Type", p.path("Type").asText(), "Value", p.path("Value").asText()));
  }

  private void deleteParameter(Wanted w, String name) {
    api.call(DeleteParameterRequest.builder().name(name).build(), DeleteParameterResponse.class);
  }
}
