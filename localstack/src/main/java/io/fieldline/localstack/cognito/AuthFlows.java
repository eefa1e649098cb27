// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cognito;

import static io.fieldline.localstack.cognito.CognitoFailures.invalid;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.List;
import software.amazon.awssdk.services.cognitoidentityprovider.model.*;

/// Sign-in by API instead of by page, where the app client allows that.
final class AuthFlows {
  private final Pools pools;
  private final People people;
  private final Tokens tokens;

  AuthFlows(Pools pools, People people, Tokens tokens) {
    this.pools = pools;
    this.people = people;
    this.tokens = tokens;
  }

  void register(Api api) {
    // Public, at AWS as well: no credentials are asked for.
    api.on(InitiateAuthRequest.class, this::initiate).access(_ -> List.of());
  }

  private InitiateAuthResponse initiate(InitiateAuthRequest r) {
    UserPoolClientType client = pools.client(r.clientId());
    Tokens.Issued issued =
        switch (r.authFlow()) {
          case USER_PASSWORD_AUTH -> byPassword(r, client);
          case REFRESH_TOKEN_AUTH, REFRESH_TOKEN ->
              tokens.renewed(client, parameter(r, "REFRESH_TOKEN"));
          default ->
              throw invalid(
                  "AuthFlow: this local stack supports USER_PASSWORD_AUTH and REFRESH_TOKEN_AUTH,"
                      + " got "
                      + r.authFlowAsString());
        };
    return InitiateAuthResponse.builder()
        .authenticationResult(
            AuthenticationResultType.builder()
                .accessToken(issued.access())
                .idToken(issued.id())
                .refreshToken(issued.refresh())
                .tokenType("Bearer")
                .expiresIn((int) issued.expiresIn())
                .build())
        .build();
  }

  private Tokens.Issued byPassword(InitiateAuthRequest r, UserPoolClientType client) {
    if (!client.explicitAuthFlows().contains(ExplicitAuthFlowsType.ALLOW_USER_PASSWORD_AUTH)) {
      throw invalid("USER_PASSWORD_AUTH flow not enabled for this client");
    }
    Person person =
        people.authenticate(
            client.userPoolId(), parameter(r, "USERNAME"), parameter(r, "PASSWORD"));
    if (person.mustChangePassword()) {
      throw new AwsFailure(
          "NotImplemented",
          400,
          "This local stack does not support the challenge NEW_PASSWORD_REQUIRED; set a permanent"
              + " password, or sign in by the page");
    }
    return tokens.signedIn(person, client, "aws.cognito.signin.user.admin", null);
  }

  private static String parameter(InitiateAuthRequest r, String name) {
    String value = r.authParameters().get(name);
    if (value == null) {
      throw invalid("Missing required parameter " + name);
    }
    return value;
  }
}
