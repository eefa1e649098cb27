// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.*;

/// AWS::DynamoDB::Table.
final class DataTypes {
  /// Set by calls of their own. What the table cannot do (streams, keys of one's own) is passed on
  /// and refused there.
  private static final Set<String> NOT_IN_CREATE =
      Set.of("TableName", "TimeToLiveSpecification", "PointInTimeRecoverySpecification");

  private static final String[] REPLACING = {"TableName", "KeySchema"};

  private final Api api;

  DataTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::DynamoDB::Table",
        new TaggedType(
            CallType.of(this::create, this::update, this::delete, REPLACING),
            new Retags(api)::table));
  }

  private Made create(Wanted w) {
    JsonNode p = w.properties();
    String name = p.path("TableName").asText(w.uniqueName());
    api.call(
        PropertyMapper.fill(CreateTableRequest.builder(), p, NOT_IN_CREATE).tableName(name).build(),
        CreateTableResponse.class);
    setTimeToLive(name, p);
    setRecovery(name, p);
    return made(name);
  }

  private Made update(Wanted w, String name, JsonNode old) {
    JsonNode p = w.properties();
    if (!p.path("DeletionProtectionEnabled").equals(old.path("DeletionProtectionEnabled"))) {
      api.call(
          UpdateTableRequest.builder()
              .tableName(name)
              .deletionProtectionEnabled(p.path("DeletionProtectionEnabled").asBoolean())
              .build(),
          UpdateTableResponse.class);
    }
    if (!p.path("TimeToLiveSpecification").equals(old.path("TimeToLiveSpecification"))) {
      setTimeToLive(name, p);
    }
    setRecovery(name, p);
    return made(name);
  }

  private void setTimeToLive(String name, JsonNode p) {
    JsonNode ttl = p.path("TimeToLiveSpecification");
    if (ttl.isMissingNode()) {
      return;
    }
    api.call(
        UpdateTimeToLiveRequest.builder()
            .tableName(name)
            .timeToLiveSpecification(t ->
                t.attributeName(ttl.path("AttributeName").asText())
                    .enabled(ttl.path("Enabled").asBoolean()))
            .build(),
        UpdateTimeToLiveResponse.class);
  }

  private void setRecovery(String name, JsonNode p) {
    JsonNode recovery =
        p.path("PointInTimeRecoverySpecification").path("PointInTimeRecoveryEnabled");
    if (recovery.isMissingNode()) {
      return;
    }
    api.call(
        UpdateContinuousBackupsRequest.builder()
            .tableName(name)
            .pointInTimeRecoverySpecification(
                s -> s.pointInTimeRecoveryEnabled(recovery.asBoolean()))
            .build(),
        UpdateContinuousBackupsResponse.class);
  }

  private Made made(String name) {
    var table =
        api.call(
                DescribeTableRequest.builder().tableName(name).build(), DescribeTableResponse.class)
            .table();
    return new Made(name, Map.of("Arn", table.tableArn()));
  }

  private void delete(Wanted w, String name) {
    api.call(DeleteTableRequest.builder().tableName(name).build(), DeleteTableResponse.class);
  }
}
