// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.iot.Authorizer;
import io.fieldline.localstack.iot.Authorizers;
import io.fieldline.localstack.policy.MalformedPolicyException;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.mqtt.Authenticator;
import io.fieldline.mqtt.ConnectDetails;
import io.fieldline.mqtt.TransportDetails;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// Asks a custom authorizer's function about a client.
///
/// Source: AWS IoT Core Developer Guide, "Defining your Lambda function", "Connecting to AWS IoT
/// Core by using custom authentication".
final class CustomAuthentication {
  private static final System.Logger LOG = System.getLogger(CustomAuthentication.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "x-amz-customauthorizer-name";
  private static final String SIGNATURE = "x-amz-customauthorizer-signature";
  private static final int MOST_POLICIES = 10;
  private static final long MIN_SECONDS = 300;
  private static final long MAX_SECONDS = 86_400;

  private final Api api;
  private final Authorizers authorizers;
  private final StackInfo info;
  private final Ways ways;
  private final Supplier<String> ids;

  CustomAuthentication(
      Api api, Authorizers authorizers, StackInfo info, Ways ways, Supplier<String> ids) {
    this.api = api;
    this.authorizers = authorizers;
    this.info = info;
    this.ways = ways;
    this.ids = ids;
  }

  /// Whether the client names an authorizer, or the account has a default one.
  boolean isMeant(ConnectDetails connect) {
    return authorizers.find(parameter(connect, NAME).orElse(null)).isPresent();
  }

  Authenticator.Result authenticate(ConnectDetails connect) {
    Optional<Authorizer> found = authorizers.find(parameter(connect, NAME).orElse(null));
    if (found.isEmpty() || !found.get().isActive()) {
      return refused("there is no active authorizer of that name");
    }
    Authorizer authorizer = found.get();
    Optional<String> token =
        authorizer.tokenKeyName() == null
            ? Optional.empty()
            : parameter(connect, authorizer.tokenKeyName());
    boolean verified = !authorizer.signingDisabled();
    if (verified && !isSigned(authorizer, token, parameter(connect, SIGNATURE))) {
      return refused("the token's signature does not verify");
    }
    try {
      return answer(
          authorizer, invoke(authorizer, connect.clientId(), event(connect, token, verified)));
    } catch (AwsFailure e) {
      return refused("the authorizer cannot be invoked: " + e.code() + ": " + e.message());
    } catch (IOException | MalformedPolicyException e) {
      return refused("the authorizer's answer is not understood: " + e.getMessage());
    }
  }

  private static Authenticator.Result refused(String why) {
    LOG.log(System.Logger.Level.INFO, "custom authentication refused reason={0}", why);
    return new Authenticator.Refused(Authenticator.Refusal.NOT_AUTHORIZED, why);
  }

  /// From the WebSocket's query or headers, or from what follows the question mark in the user
  /// name.
  private static Optional<String> parameter(ConnectDetails connect, String name) {
    TransportDetails.HttpUpgrade upgrade = connect.transport().upgrade();
    if (upgrade != null) {
      List<String> header =
          upgrade.headers().getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of());
      if (!header.isEmpty()) {
        return Optional.of(header.getFirst());
      }
      Optional<String> fromQuery = fromQuery(upgrade.uri(), name);
      if (fromQuery.isPresent()) {
        return fromQuery;
      }
    }
    return connect.username() == null ? Optional.empty() : fromQuery(connect.username(), name);
  }

  private static Optional<String> fromQuery(String text, String name) {
    int mark = text.indexOf('?');
    if (mark < 0) {
      return Optional.empty();
    }
    for (String pair : text.substring(mark + 1).split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).equalsIgnoreCase(name)) {
        return Optional.of(
            java.net.URLDecoder.decode(
                pair.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  private static boolean isSigned(
      Authorizer authorizer, Optional<String> token, Optional<String> signature) {
    if (token.isEmpty() || signature.isEmpty()) {
      return false;
    }
    for (String pem : authorizer.signingKeys().values()) {
      try {
        var verifier = java.security.Signature.getInstance("SHA256withRSA");
        verifier.initVerify(publicKey(pem));
        verifier.update(token.get().getBytes(StandardCharsets.UTF_8));
        if (verifier.verify(Base64.getDecoder().decode(signature.get()))) {
          return true;
        }
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        LOG.log(System.Logger.Level.DEBUG, "a signing key does not fit", e);
      }
    }
    return false;
  }

  private static java.security.PublicKey publicKey(String pem) throws GeneralSecurityException {
    String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return java.security.KeyFactory.getInstance("RSA")
        .generatePublic(
            new java.security.spec.X509EncodedKeySpec(Base64.getDecoder().decode(body)));
  }

  private byte[] event(ConnectDetails connect, Optional<String> token, boolean verified)
      throws IOException {
    ObjectNode event = JSON.createObjectNode();
    token.ifPresent(t -> event.put("token", t));
    event.put("signatureVerified", verified);
    var protocols = event.putArray("protocols");
    ObjectNode data = event.putObject("protocolData");
    TransportDetails transport = connect.transport();
    if (transport.serverName() != null) {
      protocols.add("tls");
      data.putObject("tls").put("serverName", transport.serverName());
    }
    if (transport.upgrade() != null) {
      protocols.add("http");
      ObjectNode http = data.putObject("http");
      int mark = transport.upgrade().uri().indexOf('?');
      ObjectNode headers = http.putObject("headers");
      transport.upgrade().headers().forEach((k, v) -> headers.put(k, v.getFirst()));
      if (mark >= 0) {
        http.put("queryString", transport.upgrade().uri().substring(mark));
      }
    }
    protocols.add("mqtt");
    ObjectNode mqtt = data.putObject("mqtt");
    mqtt.put("clientId", connect.clientId());
    if (connect.username() != null) {
      mqtt.put("username", connect.username());
    }
    if (connect.password() != null) {
      mqtt.put("password", Base64.getEncoder().encodeToString(connect.password()));
    }
    event.putObject("connectionMetadata").put("id", ids.get());
    return JSON.writeValueAsBytes(event);
  }

  private byte[] invoke(Authorizer authorizer, String clientId, byte[] event) {
    var caller =
        new Caller(
            new Principal.Service("iot.amazonaws.com"),
            info.accountId(),
            info.region(),
            ids.get(),
            Map.of(
                "aws:SourceArn", authorizers.arn(authorizer.name()),
                "aws:SourceAccount", info.accountId()));
    var request =
        InvokeRequest.builder()
            .functionName(authorizer.functionArn())
            .invocationType(InvocationType.REQUEST_RESPONSE)
            .payload(SdkBytes.fromByteArrayUnsafe(event))
            .build();
    Step way =
        ways.begin(
            new Ways.Origin(
                Ways.Beginning.LIFECYCLE, "connect", clientId, caller.principal().arn()));
    InvokeResponse response = way.run(() -> api.call(caller, request, InvokeResponse.class));
    if (response.functionError() != null) {
      throw new AwsFailure(
          "FunctionError", 502, "the function failed: " + response.functionError());
    }
    return response.payload() == null ? new byte[0] : response.payload().asByteArrayUnsafe();
  }

  private static Authenticator.Result answer(Authorizer authorizer, byte[] payload)
      throws IOException {
    JsonNode reply = JSON.readTree(payload);
    if (reply == null || !reply.path("isAuthenticated").asBoolean(false)) {
      return refused("the authorizer " + authorizer.name() + " says no");
    }
    var policies = new ArrayList<PolicyDocument>();
    for (JsonNode document : reply.path("policyDocuments")) {
      policies.add(
          PolicyDocument.parse(
              "of authorizer " + authorizer.name(),
              document.isTextual() ? document.asText() : text(document)));
    }
    String principal = reply.path("principalId").asText();
    if (policies.size() > MOST_POLICIES || !principal.matches("[a-zA-Z0-9]{1,128}")) {
      return refused(
          "expected principalId of 1 to 128 letters and digits and at most 10 policyDocuments");
    }
    @Nullable Duration lifetime =
        reply.has("disconnectAfterInSeconds")
            ? Duration.ofSeconds(
                Math.clamp(
                    reply.get("disconnectAfterInSeconds").asLong(), MIN_SECONDS, MAX_SECONDS))
            : null;
    return new Authenticator.Accepted(
        new MqttPrincipal.ByAuthorizer(principal, policies), lifetime);
  }

  private static String text(JsonNode document) throws JsonProcessingException {
    return JSON.writeValueAsString(document);
  }
}
