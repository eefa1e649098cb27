// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cognito.CfnUserPool;
import software.amazon.awscdk.services.cognito.CfnUserPoolClient;
import software.amazon.awscdk.services.cognito.CfnUserPoolDomain;
import software.amazon.awscdk.services.cognito.CfnUserPoolGroup;
import software.constructs.Construct;

/// Who may use the app: a user pool whose people are added by an administrator, three groups from
/// reading to administering, and one public client that signs in with authorization code and PKCE.
final class SignIn extends Construct {
  private final CfnUserPool pool;
  private final CfnUserPoolClient client;

  SignIn(Construct scope, String id, Deployment deployment, List<String> appUrls) {
    super(scope, id);
    this.pool = pool(deployment);
    CfnUserPoolDomain.Builder.create(this, "Domain")
        .userPoolId(pool.getRef())
        // Unique in a region over all accounts, hence the account in it.
        .domain(deployment.names().of(Stack.of(this).getAccount()))
        .build();
    this.client = client(appUrls);
    group("Viewer", "viewer", "Sees devices and their values.", 30);
    group("Operator", "operator", "Also sends commands.", 20);
    group("Admin", "admin", "Also changes rules and people.", 10);
  }

  String userPoolId() {
    return pool.getRef();
  }

  String userPoolArn() {
    return pool.getAttrArn();
  }

  String clientId() {
    return client.getRef();
  }

  /// The issuer in every token. Its discovery document tells where the sign-in pages are, at AWS as
  /// anywhere else.
  String issuer() {
    return pool.getAttrProviderUrl();
  }

  private CfnUserPool pool(Deployment deployment) {
    var created =
        CfnUserPool.Builder.create(this, "Pool")
            .userPoolName(deployment.names().of("people"))
            .usernameAttributes(List.of("email"))
            .autoVerifiedAttributes(List.of("email"))
            .adminCreateUserConfig(
                CfnUserPool.AdminCreateUserConfigProperty.builder()
                    .allowAdminCreateUserOnly(true)
                    .build())
            .policies(
                CfnUserPool.PoliciesProperty.builder()
                    .passwordPolicy(
                        CfnUserPool.PasswordPolicyProperty.builder()
                            .minimumLength(12)
                            .requireLowercase(true)
                            .requireUppercase(true)
                            .requireNumbers(true)
                            .requireSymbols(false)
                            .build())
                    .build())
            .deletionProtection(deployment.config().retainData() ? "ACTIVE" : "INACTIVE")
            .build();
    created.applyRemovalPolicy(
        deployment.config().retainData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return created;
  }

  private CfnUserPoolClient client(List<String> appUrls) {
    return CfnUserPoolClient.Builder.create(this, "AppClient")
        .userPoolId(pool.getRef())
        .clientName("app")
        .generateSecret(false)
        .allowedOAuthFlowsUserPoolClient(true)
        .allowedOAuthFlows(List.of("code"))
        .allowedOAuthScopes(List.of("openid", "email"))
        .supportedIdentityProviders(List.of("COGNITO"))
        .callbackUrLs(appUrls)
        .logoutUrLs(appUrls)
        .explicitAuthFlows(List.of("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"))
        .preventUserExistenceErrors("ENABLED")
        .enableTokenRevocation(true)
        .accessTokenValidity(60)
        .idTokenValidity(60)
        .refreshTokenValidity(7)
        .tokenValidityUnits(
            CfnUserPoolClient.TokenValidityUnitsProperty.builder()
                .accessToken("minutes")
                .idToken("minutes")
                .refreshToken("days")
                .build())
        .build();
  }

  private void group(String id, String name, String description, int precedence) {
    CfnUserPoolGroup.Builder.create(this, id)
        .userPoolId(pool.getRef())
        .groupName(name)
        .description(description)
        .precedence(precedence)
        .build();
  }
}
