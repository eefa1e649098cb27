// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.wire.WireRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a function is sent for a request: payload format 2.0.
///
/// Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
///
/// @param rawPath as the client wrote it, decoded, with the stage where that is not the default one
/// @param claims of the token, where the route asks for one
record ProxyEvent(
    String accountId,
    String apiId,
    String stage,
    Map<String, String> stageVariables,
    String routeKey,
    String rawPath,
    Map<String, String> pathParameters,
    Optional<JsonNode> claims,
    List<String> scopes,
    String host,
    String requestId,
    Instant time) {
  private static final DateTimeFormatter CLF =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  ObjectNode json(WireRequest request, byte[] body) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("version", "2.0").put("routeKey", routeKey).put("rawPath", rawPath);
    event.put("rawQueryString", request.query());
    List<String> cookies = request.headers().getOrDefault("cookie", List.of());
    if (!cookies.isEmpty()) {
      var list = event.putArray("cookies");
      cookies.forEach(c -> List.of(c.split(";\\s*")).forEach(list::add));
    }
    ObjectNode headers = event.putObject("headers");
    request
        .headers()
        .forEach((name, values) -> {
          if (!name.equals("cookie")) {
            headers.put(name, String.join(",", values));
          }
        });
    Map<String, List<String>> query = request.parameters();
    if (!query.isEmpty()) {
      ObjectNode parameters = event.putObject("queryStringParameters");
      query.forEach((name, values) -> parameters.put(name, String.join(",", values)));
    }
    event.set("requestContext", context(request));
    put(event, "pathParameters", pathParameters);
    put(event, "stageVariables", stageVariables);
    putBody(event, body);
    return event;
  }

  private static void put(ObjectNode event, String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      ObjectNode node = event.putObject(name);
      values.forEach(node::put);
    }
  }

  private ObjectNode context(WireRequest request) {
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    context.put("accountId", accountId).put("apiId", apiId);
    claims.ifPresent(all -> {
      ObjectNode jwt = context.putObject("authorizer").putObject("jwt");
      ObjectNode texts = jwt.putObject("claims");
      all.properties().forEach(claim -> texts.put(claim.getKey(), text(claim.getValue())));
      if (scopes.isEmpty()) {
        jwt.putNull("scopes");
      } else {
        scopes.forEach(jwt.withArray("scopes")::add);
      }
    });
    context.put("domainName", host).put("domainPrefix", host.split("\\.", 2)[0]);
    context
        .putObject("http")
        .put("method", request.method())
        .put("path", rawPath)
        .put("protocol", "HTTP/1.1")
        .put("sourceIp", request.remoteAddress())
        .put("userAgent", request.header("user-agent").orElse(""));
    return context
        .put("requestId", requestId)
        .put("routeKey", routeKey)
        .put("stage", stage)
        .put("time", CLF.format(time))
        .put("timeEpoch", time.toEpochMilli());
  }

  /// An array comes as {@code [a b]}, every other value as its text.
  private static String text(JsonNode value) {
    return value.isArray()
        ? "[" + String.join(" ", JwtCheck.texts(value)) + "]"
        : value.isContainerNode() ? value.toString() : value.asText();
  }

  private static void putBody(ObjectNode event, byte[] body) {
    boolean encoded = false;
    if (body.length > 0) {
      try {
        event.put(
            "body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
      } catch (CharacterCodingException _) {
        event.put("body", Base64.getEncoder().encodeToString(body));
        encoded = true;
      }
    }
    event.put("isBase64Encoded", encoded);
  }
}
