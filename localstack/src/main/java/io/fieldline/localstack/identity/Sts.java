// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.identity;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.iam.Roles;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.AssumedRoleUser;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.GetSessionTokenRequest;
import software.amazon.awssdk.services.sts.model.GetSessionTokenResponse;

/// STS: who am I, and sessions of roles that trust the caller.
public final class Sts {
  private static final System.Logger LOG = System.getLogger(Sts.class.getName());
  private static final int USUAL_SECONDS = 3600;
  private static final int TOKEN_SECONDS = 43_200;

  private final Sessions sessions;
  private final Roles roles;

  public Sts(Sessions sessions, Roles roles) {
    this.sessions = sessions;
    this.roles = roles;
  }

  public void register(Api api) {
    api.on(GetCallerIdentityRequest.class, this::callerIdentity).access(_ -> List.of());
    api.on(GetSessionTokenRequest.class, this::sessionToken).access(_ -> List.of());
    api.on(AssumeRoleRequest.class, this::assumeRole).access(this::assumeRoleAccess);
  }

  private GetCallerIdentityResponse callerIdentity(GetCallerIdentityRequest request) {
    Caller caller = Caller.current();
    return GetCallerIdentityResponse.builder()
        .account(caller.accountId())
        .arn(caller.principal().arn())
        .userId(userId(caller))
        .build();
  }

  private static String userId(Caller caller) {
    return switch (caller.principal()) {
      case Principal.Root root -> root.accountId();
      case Principal.User user -> "AIDA" + user.name();
      case Principal.RoleSession session -> "AROA" + session.role() + ":" + session.session();
      case Principal.Service service -> service.name();
      case Principal.Device device -> device.certificateId();
      case Principal.Anonymous _ ->
          throw new AwsFailure(
              "MissingAuthenticationToken", 403, "Request is missing Authentication Token");
    };
  }

  private GetSessionTokenResponse sessionToken(GetSessionTokenRequest request) {
    Caller caller = Caller.current();
    if (!(caller.principal() instanceof Principal.Root)) {
      throw new AwsFailure(
          "AccessDenied", 403, "GetSessionToken is supported here for the account's root only");
    }
    int seconds = request.durationSeconds() == null ? TOKEN_SECONDS : request.durationSeconds();
    var key = sessions.ofRoot(caller.accountId(), Duration.ofSeconds(seconds));
    return GetSessionTokenResponse.builder().credentials(credentials(key)).build();
  }

  /// A service is trusted by the trust policy alone; a person also needs `sts:AssumeRole`, unless
  /// the trust policy names them, which {@link #assumeRole} looks at.
  private List<Access> assumeRoleAccess(AssumeRoleRequest request) {
    return Caller.current().principal() instanceof Principal.Service
        ? List.of()
        : List.of(new Access("sts:AssumeRole", request.roleArn()));
  }

  private AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
    Caller caller = Caller.current();
    String arn = request.roleArn();
    String role = arn.substring(arn.lastIndexOf('/') + 1);
    if (!roles.trusts(role, caller)) {
      String message =
          "User: "
              + caller.principal().arn()
              + " is not authorized to perform: sts:AssumeRole on resource: "
              + arn;
      LOG.log(System.Logger.Level.INFO, "denied: " + message);
      throw new AwsFailure("AccessDenied", 403, message);
    }
    String account = arn.split(":", 6)[4];
    int seconds = request.durationSeconds() == null ? USUAL_SECONDS : request.durationSeconds();
    String name = request.roleSessionName();
    var key = sessions.ofRole(account, role, name, Duration.ofSeconds(seconds));
    var principal = new Principal.RoleSession(account, role, name);
    return AssumeRoleResponse.builder()
        .credentials(credentials(key))
        .assumedRoleUser(
            AssumedRoleUser.builder()
                .arn(principal.arn())
                .assumedRoleId("AROA" + role + ":" + name)
                .build())
        .build();
  }

  private static Credentials credentials(Sessions.IssuedKey key) {
    return Credentials.builder()
        .accessKeyId(key.accessKeyId())
        .secretAccessKey(key.secret())
        .sessionToken(key.sessionToken())
        .expiration(key.expires())
        .build();
  }
}
