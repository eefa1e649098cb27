// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iotdataplane.model.PublishRequest;
import software.amazon.awssdk.services.iotdataplane.model.PublishResponse;

/// Publishes the result on another topic; `$$` at the start of the topic stands for `$`.
///
/// Source: AWS IoT developer guide, "Republish".
record RepublishAction(SubstitutionTemplate topic, int qos, Optional<Headers> headers, String role)
    implements RuleAction {
  /// Assumed: AWS documents no bound on rules that republish to one another; here a message leads
  /// to at most so many in a row, counted through shadows too, not through functions.
  static final int MAX_DEPTH = 10;

  /// The MQTT 5 headers of the new message, by name; each may be a template.
  record Headers(
      Map<String, SubstitutionTemplate> properties,
      List<Map.Entry<SubstitutionTemplate, SubstitutionTemplate>> userProperties) {}

  @Override
  public String name() {
    return "RepublishAction";
  }

  @Override
  public Class<?> requestType() {
    return PublishRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    var rendered = firing.render(topic);
    return rendered.startsWith("$$") ? rendered.substring(1) : rendered;
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var target = resource(firing);
    if (target.isEmpty()) {
      throw new ActionFailure("the topic to republish to is empty");
    }
    if (Settlement.depth() >= MAX_DEPTH) {
      throw new ActionFailure(
          "denied: "
              + MAX_DEPTH
              + " messages in a row led to one another, a loop of rules; topic "
              + target);
    }
    var request =
        PublishRequest.builder()
            .topic(target)
            .qos(qos)
            .payload(SdkBytes.fromByteArrayUnsafe(firing.payload()));
    headers.ifPresent(set -> apply(set, firing, request));
    calls.asRole(role, firing.rule(), request.build(), PublishResponse.class);
  }

  private static void apply(Headers headers, Firing firing, PublishRequest.Builder request) {
    headers
        .properties()
        .forEach((name, template) -> {
          var value = firing.render(template);
          switch (name) {
            case "contentType" -> request.contentType(value);
            case "responseTopic" -> request.responseTopic(value);
            case "payloadFormatIndicator" -> request.payloadFormatIndicator(value);
            case "correlationData" -> request.correlationData(base64(value));
            case "messageExpiry" -> request.messageExpiry(seconds(value));
            default -> throw new IllegalStateException("header " + name);
          }
        });
    if (!headers.userProperties().isEmpty()) {
      request.userProperties(base64(userProperties(headers, firing)));
    }
  }

  /// As the HTTP API carries them: base64 of a JSON array of single-pair objects.
  private static String userProperties(Headers headers, Firing firing) {
    List<Value> pairs = new ArrayList<>();
    for (var pair : headers.userProperties()) {
      var key = firing.render(pair.getKey());
      pairs.add(new Value.Obj(Map.of(key, new Value.Text(firing.render(pair.getValue())))));
    }
    return Json.write(new Value.Array(pairs));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long seconds(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ActionFailure("messageExpiry: expected whole seconds, got '" + text + "'");
    }
  }
}
