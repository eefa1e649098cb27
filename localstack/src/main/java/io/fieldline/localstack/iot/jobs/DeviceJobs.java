// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.iot.jobs.JobFailure.Code;
import io.fieldline.localstack.iot.mqtt.ReservedRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What devices ask over MQTT. The answer goes to who asked, subscribed or not, and to nobody else.
///
/// Source: AWS IoT Core Developer Guide, "Jobs device MQTT API".
final class DeviceJobs {
  private static final Pattern TOPIC =
      Pattern.compile("\\$aws/things/([^/]+)/jobs/(?:(get)|(start-next)|([^/]+)/(get|update))");
  private static final int LONGEST_TOKEN = 64;

  private final JobEngine engine;
  private final JobStore store;
  private final UnaryOperator<String> documents;
  private final StackClock clock;
  private final Runnable commit;
  private final Answers answers;

  /// Answers the client that asked.
  @FunctionalInterface
  interface Answers {
    void send(String clientId, String topic, byte[] payload);
  }

  /// @param documents of a job's id, as a device gets it
  DeviceJobs(
      JobEngine engine,
      JobStore store,
      UnaryOperator<String> documents,
      StackClock clock,
      Runnable commit,
      Answers answers) {
    this.engine = engine;
    this.store = store;
    this.documents = documents;
    this.clock = clock;
    this.commit = commit;
    this.answers = answers;
  }

  /// True where the message was a request of these topics.
  boolean take(ReservedRequest request) {
    Matcher topic = TOPIC.matcher(request.topic());
    if (!topic.matches()) {
      return false;
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    String outcome = "/accepted";
    Optional<String> token = Optional.empty();
    try {
      JsonNode asked = parse(request.payload());
      token = text(asked, "clientToken", LONGEST_TOKEN);
      carryOut(topic, asked, answer);
    } catch (JobFailure e) {
      outcome = "/rejected";
      answer.removeAll();
      answer.put("code", e.code().overMqtt()).put("message", e.text());
      e.state().ifPresent(execution -> answer.set("executionState", DeviceJson.state(execution)));
    } catch (AwsFailure e) {
      outcome = "/rejected";
      answer.removeAll();
      answer.put("code", "InternalError").put("message", e.code() + ": " + e.message());
    }
    commit.run();
    answer.put("timestamp", clock.instant().getEpochSecond());
    token.ifPresent(t -> answer.put("clientToken", t));
    byte[] payload = answer.toString().getBytes(StandardCharsets.UTF_8);
    String to = request.topic() + outcome;
    request.clientId().ifPresent(client -> answers.send(client, to, payload));
    return true;
  }

  private static JsonNode parse(byte[] payload) {
    if (payload.length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
      JsonNode asked = DeviceJson.JSON.readTree(text);
      if (asked != null && asked.isObject()) {
        return asked;
      }
    } catch (CharacterCodingException | JsonProcessingException e) {
      throw new JobFailure(Code.INVALID_JSON, "The request is not JSON in UTF-8");
    }
    throw new JobFailure(Code.INVALID_JSON, "The request is not a JSON object");
  }

  private void carryOut(Matcher topic, JsonNode asked, ObjectNode answer) {
    String thing = topic.group(1);
    if (topic.group(2) != null) {
      pending(thing, answer);
    } else if (topic.group(3) != null) {
      engine
          .startNext(thing, details(asked), number(asked, "stepTimeoutInMinutes"))
          .ifPresent(e -> answer.set("execution", execution(e, true)));
    } else if (topic.group(5).equals("get")) {
      engine
          .describe(thing, topic.group(4), number(asked, "executionNumber"))
          .ifPresent(
              e -> answer.set("execution", execution(e, flag(asked, "includeJobDocument", true))));
    } else {
      update(thing, topic.group(4), asked, answer);
    }
  }

  private void pending(String thing, ObjectNode answer) {
    ArrayNode inProgress = answer.putArray("inProgressJobs");
    ArrayNode queued = answer.putArray("queuedJobs");
    engine
        .pending(thing)
        .forEach(e -> (e.isInProgress() ? inProgress : queued).add(DeviceJson.summary(e)));
  }

  private ObjectNode execution(Execution e, boolean withDocument) {
    ObjectNode json = DeviceJson.execution(e, store.deadline(e), clock.instant());
    if (withDocument) {
      json.set("jobDocument", DeviceJson.document(documents.apply(e.jobId())));
    }
    return json;
  }

  private void update(String thing, String jobId, JsonNode asked, ObjectNode answer) {
    String status =
        text(asked, "status", 64)
            .orElseThrow(() -> JobFailure.invalidRequest("status: expected one, got none"));
    Execution updated =
        engine.update(
            thing,
            jobId,
            new JobEngine.Update(
                status,
                details(asked),
                number(asked, "expectedVersion"),
                number(asked, "executionNumber"),
                number(asked, "stepTimeoutInMinutes")));
    if (flag(asked, "includeJobExecutionState", false)) {
      answer.set("executionState", DeviceJson.state(updated));
    }
    if (flag(asked, "includeJobDocument", false)) {
      answer.set("jobDocument", DeviceJson.document(documents.apply(jobId)));
    }
  }

  private static Optional<String> text(JsonNode asked, String name, int longest) {
    JsonNode value = asked.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual() || value.asText().length() > longest) {
      throw JobFailure.invalidRequest(
          name + ": expected text of at most " + longest + " characters, got " + value);
    }
    return Optional.of(value.asText());
  }

  /// Source: the requests' examples have numbers both as numbers and as text.
  private static @Nullable Long number(JsonNode asked, String name) {
    JsonNode value = asked.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    boolean whole = value.isIntegralNumber() || value.isTextual();
    if (!whole || !value.asText().matches("-?\\d{1,18}")) {
      throw JobFailure.invalidRequest(name + ": expected a whole number, got " + value);
    }
    return Long.valueOf(value.asText());
  }

  private static boolean flag(JsonNode asked, String name, boolean otherwise) {
    JsonNode value = asked.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw JobFailure.invalidRequest(name + ": expected true or false, got " + value);
    }
    return value.asBoolean(otherwise);
  }

  private static @Nullable Map<String, String> details(JsonNode asked) {
    JsonNode given = asked.path("statusDetails");
    if (given.isMissingNode() || given.isNull()) {
      return null;
    }
    var details = new HashMap<String, String>();
    for (var entry : given.properties()) {
      if (!entry.getValue().isTextual()) {
        throw JobFailure.invalidRequest(
            "statusDetails/" + entry.getKey() + ": expected text, got " + entry.getValue());
      }
      details.put(entry.getKey(), entry.getValue().asText());
    }
    return details;
  }
}
