// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.cli;

import io.fieldline.iotsql.MessageContext;
import io.fieldline.iotsql.MqttProperties;
import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The `context` of an input record to the context of a message.
record BatchContext(InstantSource clock, RandomGenerator random) {
  private static final String DEFAULT_ACCOUNT = "000000000000";

  private static final Set<String> KEYS =
      Set.of(
          "clientId",
          "accountId",
          "timestampMs",
          "traceId",
          "protocol",
          "principalType",
          "certificateId",
          "roleId",
          "sessionName",
          "userId",
          "sourceIp",
          "mqtt5",
          "external");
  private static final Set<String> PROTOCOLS = Set.of("MQTT", "WSS", "HTTP");
  private static final Set<String> MQTT5_KEYS =
      Set.of(
          "payloadFormatIndicator",
          "contentType",
          "responseTopic",
          "correlationDataBase64",
          "userProperties");

  MessageContext read(Fields context) {
    context.only(KEYS);
    context.object("mqtt5").only(MQTT5_KEYS);
    var protocol = context.text("protocol").orElse("MQTT");
    if (!PROTOCOLS.contains(protocol)) {
      throw new InputException(
          context.where() + ".protocol: expected MQTT, WSS or HTTP, got " + protocol);
    }
    boolean mqtt = !protocol.equals("HTTP");
    return new MessageContext(
        mqtt ? context.text("clientId") : Optional.empty(),
        principal(context),
        context.text("accountId").orElse(DEFAULT_ACCOUNT),
        mqtt ? context.text("traceId") : Optional.empty(),
        context.text("sourceIp"),
        at(context),
        mqtt5(context.object("mqtt5")),
        random);
  }

  private Instant at(Fields context) {
    try {
      return context.whole("timestampMs").map(Instant::ofEpochMilli).orElseGet(clock::instant);
    } catch (DateTimeException e) {
      throw new InputException(context.where() + ".timestampMs: " + e.getMessage());
    }
  }

  /// Source: AWS IoT developer guide, "Functions", principal.
  private static Optional<String> principal(Fields context) {
    var type = context.text("principalType").orElse("X509");
    return switch (type) {
      case "X509" -> context.text("certificateId");
      case "IAM user" -> context.text("userId");
      case "IAM role session" ->
          context.text("roleId").map(id -> id + ":" + context.text("sessionName").orElse(""));
      default ->
          throw new InputException(
              context.where()
                  + ".principalType: expected X509, IAM user or IAM role session, got "
                  + type);
    };
  }

  private static MqttProperties mqtt5(Fields fields) {
    return new MqttProperties(
        utf8(fields.get("payloadFormatIndicator")),
        fields.text("contentType"),
        fields.text("responseTopic"),
        fields.text("correlationDataBase64"),
        pairs(fields.get("userProperties"), fields.where()));
  }

  private static boolean utf8(Value indicator) {
    var text = Conversions.text(indicator).orElse("0");
    return text.equals("1") || text.equals("UTF8_DATA") || text.equals("true");
  }

  private static List<Map.Entry<String, String>> pairs(Value value, String where) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    if (value instanceof Array(var elements)) {
      for (Value element : elements) {
        if (!(element instanceof Array(var pair)) || pair.size() != 2) {
          throw new InputException(where + ".userProperties: expected pairs [key, value]");
        }
        pairs.add(
            Map.entry(
                Conversions.text(pair.get(0)).orElse(""),
                Conversions.text(pair.get(1)).orElse("")));
      }
    } else if (!value.isUndefined()) {
      throw new InputException(where + ".userProperties: expected an array");
    }
    return pairs;
  }
}
