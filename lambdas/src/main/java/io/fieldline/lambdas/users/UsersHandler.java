// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.users;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Who may sign in, and as what, for admins.
public final class UsersHandler implements RequestStreamHandler, Primed {
  private final ApiRoutes routes;

  /// The function as Lambda makes it.
  public UsersHandler() {
    this(Environment.ofProcess(), Clients.cognito(), Clients.dynamoDb());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  UsersHandler(
      Environment environment, CognitoIdentityProviderClient pools, DynamoDbClient tables) {
    var users = new UserRoutes(new People(pools, environment.text("USER_POOL_ID")));
    this.routes =
        new ApiRoutes(
            ApiFunction.USERS,
            Map.of(ApiRoute.LIST_USERS, users::list, ApiRoute.PUT_USER, users::put),
            Audit.of(tables, environment.text("FLEET_TABLE"), environment));
  }

  @Override
  public void prime() throws MessageException {
    routes.prime(ApiRoute.LIST_USERS, Map.of("queryStringParameters", Map.of("limit", "1")));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> routes.answer(input)));
  }
}
