// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.messages.Topics;
import java.util.List;
import java.util.Map;
import software.constructs.Construct;

/// What becomes of devices themselves, beside what they say: whether they are connected.
public final class Fleet extends Construct {
  /// The rule on lifecycle events.
  static final String PRESENCE = "presence";

  private final LiveFunction presence;

  /// The fleet of one stage.
  public Fleet(Construct scope, String id, Deployment deployment, Data data, Ingest ingest) {
    super(scope, id);
    this.presence = presenceFunction(deployment, data, ingest);
    // An account's events are of all its clients: devices have certificates, browsers do not. The
    // principal of a certificate is its identifier.
    //
    // Source: AWS IoT Core Developer Guide, "Lifecycle events".
    TopicRule.toFunction(
        this,
        "PresenceRule",
        new TopicRule.Props(
            deployment.names().rule(PRESENCE),
            "SELECT clientId AS thing, eventType, timestamp AS atMs, versionNumber AS version,"
                + " disconnectReason AS reason, timestamp() AS receivedMs FROM '%s'"
                    .formatted(Topics.PRESENCE_FILTER)
                + " WHERE (eventType = 'connected' OR eventType = 'disconnected')"
                + " AND regexp_matches(principalIdentifier, '^[0-9a-f]{64}$')",
            ingest.quarantine()),
        presence);
  }

  List<LiveFunction> functions() {
    return List.of(presence);
  }

  private LiveFunction presenceFunction(Deployment deployment, Data data, Ingest ingest) {
    return new LiveFunction(
        this,
        PipelineFunction.PRESENCE,
        deployment,
        FunctionProps.of(
                Map.of("FLEET_TABLE", data.fleet().getRef()),
                List.of(
                    Allow.on(data.fleet().getAttrArn(), "dynamodb:GetItem", "dynamodb:UpdateItem")))
            .deadLettersTo(ingest.deadLetters()));
  }
}
