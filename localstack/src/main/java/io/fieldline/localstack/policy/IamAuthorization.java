// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Authorization;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.ways.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// IAM within one account: a user or role is allowed by its own policies or by the resource's; a
/// service and an anonymous caller only by the resource's; the root by being it.
///
/// Source: IAM User Guide, "Policy evaluation logic", "Identity-based policies and resource-based
/// policies within the same account".
public final class IamAuthorization implements Authorization {
  private static final System.Logger LOG = System.getLogger(IamAuthorization.class.getName());

  private final IdentityPolicies identityPolicies;
  private final IamMode mode;
  private final ParsedPolicies resourcePolicies = new ParsedPolicies();
  private volatile Function<Principal.Device, DeviceGrant> devices =
      _ -> new DeviceGrant(List.of(), Map.of());

  public IamAuthorization(IdentityPolicies identityPolicies, IamMode mode) {
    this.identityPolicies = identityPolicies;
    this.mode = mode;
  }

  /// What devices may do that call over HTTPS. Their IoT policies hold in every mode, as they do
  /// over MQTT.
  public void devices(Function<Principal.Device, DeviceGrant> grants) {
    devices = grants;
  }

  @Override
  public void check(Caller caller, Access access, Optional<String> resourcePolicy) {
    boolean device = caller.principal() instanceof Principal.Device;
    if (mode == IamMode.OFF && !device) {
      return;
    }
    Decision decision = decide(caller, access, resourcePolicy);
    Step.current().decided(decision);
    if (decision.isAllow()) {
      return;
    }
    String message = message(caller.principal(), access, decision);
    if (mode == IamMode.REPORT && !device) {
      LOG.log(System.Logger.Level.WARNING, "iam would deny: " + message);
      return;
    }
    // Who asked often cannot say: a rule, a queue's poller, a function that hides its errors.
    LOG.log(System.Logger.Level.INFO, "denied: " + message);
    throw device
        ? new AwsFailure("ForbiddenException", 403, message)
        : denied(access.action(), message);
  }

  /// The decision itself, for whoever explains instead of enforcing.
  public Decision decide(Caller caller, Access access, Optional<String> resourcePolicy) {
    var request =
        new PolicyRequest(
            caller.principal(), access.action(), access.resource(), context(caller, access));
    Decision byResource =
        resourcePolicy
            .map(json ->
                PolicyDocument.decide(
                    List.of(resourcePolicies.of("of the resource", json)), request))
            .orElse(new Decision.ImplicitDeny());
    return switch (caller.principal()) {
      case Principal.Root _ ->
          byResource instanceof Decision.ExplicitDeny ? byResource : new Decision.Allow(ROOT);
      case Principal.Service _, Principal.Anonymous _ -> byResource;
      case Principal.User _, Principal.RoleSession _ -> either(caller, request, byResource);
      case Principal.Device own -> byDevice(own, request);
    };
  }

  private static final Statement ROOT =
      new Statement(
          "",
          "",
          "AccountRoot",
          true,
          List.of("*"),
          List.of(),
          List.of("*"),
          List.of(),
          null,
          false,
          List.of());

  private Decision byDevice(Principal.Device device, PolicyRequest request) {
    DeviceGrant grant = devices.apply(device);
    var context = new HashMap<>(request.context());
    context.putAll(grant.context());
    return PolicyDocument.decide(
        grant.policies(),
        new PolicyRequest(request.principal(), request.action(), request.resource(), context));
  }

  private Decision either(Caller caller, PolicyRequest request, Decision byResource) {
    if (byResource instanceof Decision.ExplicitDeny) {
      return byResource;
    }
    Decision byIdentity = PolicyDocument.decide(identityPolicies.of(caller.principal()), request);
    return switch (byIdentity) {
      case Decision.Allow _, Decision.ExplicitDeny _ -> byIdentity;
      case Decision.ImplicitDeny _ -> namesPrincipal(byResource) ? byResource : byIdentity;
    };
  }

  /// A resource policy that only trusts the whole account leaves the decision to the identity's
  /// own.
  private static boolean namesPrincipal(Decision byResource) {
    return byResource instanceof Decision.Allow(Statement by)
        && by.principals() != null
        && by.principals().aws().stream()
            .noneMatch(arn -> arn.endsWith(":root") || arn.matches("\\d{12}"));
  }

  private static Map<String, List<String>> context(Caller caller, Access access) {
    var context = new HashMap<String, List<String>>();
    caller.context().forEach((key, value) -> context.put(key, List.of(value)));
    access.context().forEach((key, value) -> context.put(key, List.of(value)));
    context.put("aws:PrincipalArn", List.of(principalArn(caller.principal())));
    context.put("aws:PrincipalAccount", List.of(caller.accountId()));
    context.put("aws:ResourceAccount", List.of(caller.accountId()));
    context.put("aws:RequestedRegion", List.of(caller.region()));
    context.putIfAbsent("aws:SecureTransport", List.of("true"));
    return context;
  }

  private static String principalArn(Principal principal) {
    return principal instanceof Principal.RoleSession session ? session.roleArn() : principal.arn();
  }

  /// Source: IAM User Guide, "Troubleshoot access denied error messages".
  private static String message(Principal principal, Access access, Decision decision) {
    String why =
        switch (decision) {
          case Decision.ExplicitDeny(Statement by) ->
              "with an explicit deny in a policy"
                  + (by.sid().isEmpty() ? "" : " (statement " + by.sid() + ")");
          case Decision.ImplicitDeny _
              when principal instanceof Principal.Service
                  || principal instanceof Principal.Anonymous ->
              "because no resource-based policy allows the " + access.action() + " action";
          case Decision.ImplicitDeny _ when principal instanceof Principal.Device ->
              "because no IoT policy allows the " + access.action() + " action";
          case Decision.ImplicitDeny _ ->
              "because no identity-based policy allows the " + access.action() + " action";
          case Decision.Allow _ -> throw new IllegalArgumentException("allowed");
        };
    return "User: "
        + principal.arn()
        + " is not authorized to perform: "
        + access.action()
        + " on resource: "
        + access.resource()
        + " "
        + why;
  }

  private static AwsFailure denied(String action, String message) {
    return switch (action.substring(0, action.indexOf(':'))) {
      case "s3", "sts", "iam", "cloudformation", "sqs", "cloudwatch", "cloudfront" ->
          new AwsFailure("AccessDenied", 403, message);
      case "sns" -> new AwsFailure("AuthorizationError", 403, message);
      case "dynamodb", "logs", "ssm" -> new AwsFailure("AccessDeniedException", 400, message);
      default -> new AwsFailure("AccessDeniedException", 403, message);
    };
  }
}
