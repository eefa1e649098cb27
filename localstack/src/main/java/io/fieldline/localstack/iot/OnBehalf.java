// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;

/// Calls that AWS IoT makes for somebody: by a role that was handed to it, or by whoever asks.
public final class OnBehalf {
  private static final String IOT = "iot.amazonaws.com";

  private final Api api;
  private final Caller caller;

  private OnBehalf(Api api, Caller caller) {
    this.api = api;
    this.caller = caller;
  }

  /// By the caller of the operation under way.
  public static OnBehalf current(Api api) {
    return new OnBehalf(api, Caller.current());
  }

  /// By the service itself, with the resource as `aws:SourceArn`.
  public static OnBehalf service(Api api, StackInfo info, String sourceArn) {
    return new OnBehalf(
        api,
        new Caller(
            new Principal.Service(IOT),
            info.accountId(),
            info.region(),
            UUID.randomUUID().toString(),
            Map.of("aws:SourceArn", sourceArn, "aws:SourceAccount", info.accountId())));
  }

  /// By a role that must trust the service, for the resource.
  ///
  /// @throws io.fieldline.localstack.api.AwsFailure where it does not, or there is no such role
  public static OnBehalf role(
      Api api, StackInfo info, String roleArn, String session, String sourceArn) {
    credentials(api, info, roleArn, session, sourceArn);
    Caller service = service(api, info, sourceArn).caller;
    String role = roleArn.substring(roleArn.lastIndexOf('/') + 1);
    return new OnBehalf(
        api, service.as(new Principal.RoleSession(info.accountId(), role, session), Map.of()));
  }

  /// A session of such a role, for who is to have its keys.
  public static Credentials credentials(
      Api api, StackInfo info, String roleArn, String session, String sourceArn) {
    return service(api, info, sourceArn)
        .call(
            AssumeRoleRequest.builder().roleArn(roleArn).roleSessionName(session).build(),
            AssumeRoleResponse.class)
        .credentials();
  }

  public <O extends AwsResponse> O call(AwsRequest request, Class<O> responseType) {
    return api.call(caller, request, responseType);
  }
}
