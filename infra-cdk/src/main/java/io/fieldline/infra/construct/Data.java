// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.CfnTable;
import software.constructs.Construct;

/// What must outlive everything else: the telemetry table and the fleet table. Their names are
/// generated, so that a table can be replaced or restored beside the old one.
public final class Data extends Construct {
  private final CfnTable telemetry;
  private final CfnTable fleet;

  /// Both tables of one stage.
  public Data(Construct scope, String id, Deployment deployment) {
    super(scope, id);
    this.telemetry = table("Telemetry", deployment);
    this.fleet = table("Fleet", deployment);
  }

  CfnTable telemetry() {
    return telemetry;
  }

  CfnTable fleet() {
    return fleet;
  }

  /// The telemetry table's generated name.
  public String telemetryTableName() {
    return telemetry.getRef();
  }

  /// The fleet table's generated name.
  public String fleetTableName() {
    return fleet.getRef();
  }

  private CfnTable table(String id, Deployment deployment) {
    var retain = deployment.config().retainData();
    var table =
        CfnTable.Builder.create(this, id)
            .billingMode("PAY_PER_REQUEST")
            .attributeDefinitions(List.of(string("pk"), string("sk")))
            .keySchema(List.of(key("pk", "HASH"), key("sk", "RANGE")))
            .timeToLiveSpecification(
                CfnTable.TimeToLiveSpecificationProperty.builder()
                    .attributeName("ttl")
                    .enabled(true)
                    .build())
            .pointInTimeRecoverySpecification(
                CfnTable.PointInTimeRecoverySpecificationProperty.builder()
                    .pointInTimeRecoveryEnabled(true)
                    .build())
            .deletionProtectionEnabled(retain)
            .build();
    table.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return table;
  }

  private static CfnTable.AttributeDefinitionProperty string(String name) {
    return CfnTable.AttributeDefinitionProperty.builder()
        .attributeName(name)
        .attributeType("S")
        .build();
  }

  private static CfnTable.KeySchemaProperty key(String name, String type) {
    return CfnTable.KeySchemaProperty.builder().attributeName(name).keyType(type).build();
  }
}
