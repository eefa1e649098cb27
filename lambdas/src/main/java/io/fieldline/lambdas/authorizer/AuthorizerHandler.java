// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Answers AWS IoT whether a browser may connect: the MQTT password is a token of the app's user
/// pool. Whoever is refused is told nothing; the log says why.
///
/// Source: AWS IoT Core Developer Guide, Defining your Lambda function (custom authentication).
public final class AuthorizerHandler implements RequestStreamHandler {
  private static final System.Logger LOG = System.getLogger(AuthorizerHandler.class.getName());
  // What stands in a policy's resource must hold no wildcard and no variable.
  private static final Pattern CLIENT_ID = Pattern.compile("web-[A-Za-z0-9-]{1,64}");
  private static final long MIN_SECONDS = 300;
  private static final long MAX_SECONDS = 86_400;

  private final TokenCheck tokens;
  private final Clock clock;

  /// The function as it is deployed.
  public AuthorizerHandler() {
    this(Environment.ofProcess(), Clock.systemUTC());
    JsonLines.install();
  }

  private AuthorizerHandler(Environment environment, Clock clock) {
    this(check(environment, clock), clock);
  }

  AuthorizerHandler(TokenCheck tokens, Clock clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  private static TokenCheck check(Environment environment, Clock clock) {
    var issuer = environment.text("ISSUER");
    var keys = new PublishedKeys(HttpKeySet.of(issuer, environment.endpoint()), clock);
    return new TokenCheck(issuer, environment.text("CLIENT_ID"), keys, clock);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var functionArn = context.getInvokedFunctionArn();
    output.write(
        LogScope.of(context, () -> JsonObject.write(answer(JsonObject.parse(input), functionArn))));
  }

  private Map<String, Object> answer(JsonObject event, String functionArn) throws IOException {
    try {
      var mqtt = event.object("protocolData").object("mqtt");
      var clientId = mqtt.text("clientId");
      if (!CLIENT_ID.matcher(clientId).matches()) {
        throw new TokenException("clientId: expected " + CLIENT_ID + ", got '" + clientId + "'");
      }
      var person = tokens.check(password(mqtt));
      return allowed(person, new LivePolicy(functionArn).of(clientId));
    } catch (TokenException e) {
      return refused(e);
    } catch (MessageException e) {
      return refused(e);
    }
  }

  private static String password(JsonObject mqtt) throws MessageException, TokenException {
    try {
      return new String(Base64.getDecoder().decode(mqtt.text("password")), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new TokenException("password: expected base64, got something else");
    }
  }

  private Map<String, Object> allowed(SignedIn person, Map<String, Object> policy) {
    long leftS = person.expiresAtS() - clock.instant().getEpochSecond();
    var answer = new LinkedHashMap<String, Object>();
    answer.put("isAuthenticated", true);
    answer.put("principalId", principal(person.subject()));
    // The connection ends with the token, but for AWS's shortest time.
    long seconds = Math.clamp(leftS, MIN_SECONDS, MAX_SECONDS);
    answer.put("disconnectAfterInSeconds", seconds);
    answer.put("refreshAfterInSeconds", seconds);
    answer.put("policyDocuments", List.of(policy));
    return answer;
  }

  /// Source: the same page: principalId is 1 to 128 letters and digits.
  private static String principal(String subject) {
    var kept = subject.replaceAll("[^a-zA-Z0-9]", "");
    return kept.isEmpty() ? "person" : kept.substring(0, Math.min(kept.length(), 128));
  }

  private static Map<String, Object> refused(Exception reason) {
    LOG.log(
        System.Logger.Level.WARNING,
        "refused",
        Map.of("reason", String.valueOf(reason.getMessage())));
    var answer = new LinkedHashMap<String, Object>();
    answer.put("isAuthenticated", false);
    answer.put("principalId", "nobody");
    answer.put("disconnectAfterInSeconds", MIN_SECONDS);
    answer.put("refreshAfterInSeconds", MIN_SECONDS);
    answer.put("policyDocuments", List.of());
    return answer;
  }
}
