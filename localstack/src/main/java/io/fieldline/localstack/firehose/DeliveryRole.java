// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/// The role as which a delivery stream writes.
final class DeliveryRole {
  /// Assumed: what AWS calls its session.
  private static final String SESSION = "AWSFirehoseToS3";

  private final Api api;

  DeliveryRole(Api api) {
    this.api = api;
  }

  /// Fails unless Firehose may become the role.
  void check(DeliveryStream stream) {
    try {
      assume(stream);
    } catch (AwsFailure e) {
      throw FirehoseFailures.invalid(
          "Firehose is unable to assume role %s. Please check the role provided."
              .formatted(stream.destination().roleArn()));
    }
  }

  /// Source: Firehose developer guide, "Controlling access with Amazon Data Firehose": the trust
  /// policy may ask for the account as external id, and for the stream as source.
  Caller assume(DeliveryStream stream) {
    var service =
        new Caller(
            new Principal.Service("firehose.amazonaws.com"),
            stream.account(),
            stream.region(),
            UUID.randomUUID().toString(),
            Map.of(
                "sts:ExternalId", stream.account(),
                "aws:SourceAccount", stream.account(),
                "aws:SourceArn", stream.arn()));
    String roleArn = stream.destination().roleArn();
    api.call(
        service,
        AssumeRoleRequest.builder()
            .roleArn(roleArn)
            .roleSessionName(SESSION)
            .externalId(stream.account())
            .build(),
        AssumeRoleResponse.class);
    String role = roleArn.substring(roleArn.lastIndexOf('/') + 1);
    return service.as(new Principal.RoleSession(stream.account(), role, SESSION), Map.of());
  }
}
