// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import io.fieldline.infra.construct.Api;
import io.fieldline.infra.construct.Artifacts;
import io.fieldline.infra.construct.Data;
import io.fieldline.infra.construct.Deployment;
import io.fieldline.infra.construct.Fleet;
import io.fieldline.infra.construct.Ingest;
import io.fieldline.infra.construct.Ops;
import io.fieldline.infra.construct.StageKey;
import io.fieldline.infra.cost.Price;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/// The whole pipeline of one stage, `Fieldline-<stage>`: data, ingest, fleet, API and app,
/// operation.
public final class PipelineStack extends Stack {

  /// The stack of one stage, in whatever account and region it is deployed to.
  public PipelineStack(Construct scope, StageConfig config, Artifacts artifacts) {
    super(
        scope,
        "Fieldline-" + config.stage(),
        StackProps.builder()
            .description("Fieldline IoT event pipeline, stage " + config.stage())
            .terminationProtection(config.retainData())
            .tags(config.allTags())
            .env(place(config.place()))
            .analyticsReporting(false)
            .build());
    var deployment = Deployment.in(this, config, artifacts);
    var data = new Data(this, "Data", deployment);
    var ingest = new Ingest(this, "Ingest", deployment, data);
    var fleet = new Fleet(this, "Fleet", deployment, data, ingest);
    var api = new Api(this, "Api", deployment, data, ingest, fleet, Price.listed());
    new Ops(this, "Ops", deployment, ingest, fleet, api);
    if (config.customerKey()) {
      new StageKey(this, "Key", deployment).encrypt(this);
    }
    output("AppUrl", "Open this in a browser.", api.appUrl());
    output("ApiUrl", "The HTTP API behind the app.", api.apiUrl());
    output("UserPoolId", "Add people here, each to a group.", api.userPoolId());
    output("UserPoolClientId", "The app's client.", api.userPoolClientId());
    output("TelemetryTableName", "Batches, aggregates, latest.", data.telemetryTableName());
    output("FleetTableName", "Things, commands, alarms, rules.", data.fleetTableName());
    output("UpdatesBucket", "Put new versions of the agent here.", api.updatesBucket());
    output("AlarmTopicArn", "Subscribe who is told of alarms.", ingest.alarmTopicArn());
    output(
        "IotEndpointCommand",
        "Prints the endpoint that devices connect to.",
        "aws iot describe-endpoint --endpoint-type iot:Data-ATS");
  }

  /// Where nothing is said, it is the account and the region of whoever deploys; else the command
  /// line refuses credentials of another account, and deploys to the region that is named.
  private static Environment place(StageConfig.Place place) {
    return Environment.builder()
        .account(place.account().orElse(null))
        .region(place.region().orElse(null))
        .build();
  }

  private void output(String id, String description, String value) {
    CfnOutput.Builder.create(this, id).description(description).value(value).build();
  }
}
