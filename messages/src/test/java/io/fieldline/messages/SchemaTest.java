// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Record, schema and example of each payload agree, both ways.
final class SchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  interface Echo {
    byte[] apply(byte[] json) throws MessageException;
  }

  record Payload(String name, String of, Echo echo) {
    Payload(String name, Echo echo) {
      this(name, name, echo);
    }

    @Override
    public String toString() {
      return of;
    }

    JsonNode example() throws IOException {
      return JSON.readTree(SchemaTest.resource("/example/" + of + ".json"));
    }

    ObjectNode schema() throws IOException {
      return (ObjectNode) JSON.readTree(SchemaTest.resource("/schema/" + name + ".schema.json"));
    }

    List<String> violations(JsonNode value) throws IOException {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(schema())
          .validate(value)
          .stream()
          .map(Object::toString)
          .toList();
    }
  }

  static Stream<Payload> payloads() {
    return Stream.of(
        new Payload("telemetry-batch", json -> MessageCodec.encode(MessageCodec.decodeBatch(json))),
        new Payload(
            "commands", json -> MessageCodec.encodeCommands(MessageCodec.decodeCommands(json))),
        new Payload(
            "command-outcomes",
            json -> MessageCodec.encodeOutcomes(MessageCodec.decodeOutcomes(json))),
        new Payload(
            "live-request", json -> MessageCodec.encode(MessageCodec.decodeLiveRequest(json))),
        new Payload("alarm-mirror", SchemaTest::mirror),
        alarmRule("alarm-rule"),
        alarmRule("alarm-rule-group"),
        alarmRule("alarm-rule-rate"),
        alarmRule("alarm-rule-absence"),
        alarmRule("alarm-rule-composite"));
  }

  /// A rule that is not understood is left out, and named.
  private static byte[] mirror(byte[] json) throws MessageException {
    var mirror = MessageCodec.decodeAlarmMirror(json);
    if (!mirror.notUnderstood().isEmpty()) {
      throw new MessageException(mirror.notUnderstood().toString());
    }
    return MessageCodec.encode(mirror);
  }

  private static Payload alarmRule(String example) {
    return new Payload(
        "alarm-rule", example, json -> MessageCodec.encode(MessageCodec.decodeAlarmRule(json)));
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void exampleIsValidAndComesBackTheSame(Payload payload) throws IOException {
    var example = payload.example();

    var echo = JSON.readTree(payload.echo().apply(JSON.writeValueAsBytes(example)));

    assertThat(payload.violations(example)).isEmpty();
    assertThat(payload.violations(echo)).isEmpty();
    assertThat(echo).isEqualTo(example);
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void exampleWithUnknownMembersReadsTheSame(Payload payload) throws IOException {
    var example = payload.example();
    var extended = (ObjectNode) example.deepCopy();
    if (!payload.schema().has("additionalProperties")) {
      extended.putObject("addedLater").putArray("list").add(1);
    }
    extended.properties().stream()
        .map(entry -> entry.getValue())
        .filter(JsonNode::isObject)
        .forEach(member -> ((ObjectNode) member).put("addedLater", true));

    assertThat(payload.violations(extended)).isEmpty();
    assertThat(JSON.readTree(payload.echo().apply(JSON.writeValueAsBytes(extended))))
        .isEqualTo(example);
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void whatTheSchemaRefusesTheCodecRefusesAndNamesThePlace(Payload payload) throws IOException {
    for (var broken : Broken.of(payload.example(), payload.schema())) {
      assertThat(payload.violations(broken.value())).as(broken.what()).isNotEmpty();
      var json = JSON.writeValueAsBytes(broken.value());
      assertThatThrownBy(() -> payload.echo().apply(json))
          .as(broken.what())
          .isInstanceOf(MessageException.class)
          .hasMessageContaining("expected")
          .hasMessageContaining(broken.member());
    }
  }

  /// A value that is no longer what its schema says.
  record Broken(String what, String member, JsonNode value) {
    static List<Broken> of(JsonNode example, ObjectNode schema) {
      var all = new java.util.ArrayList<Broken>();
      collect(example, example, schema, all);
      return all;
    }

    private static void collect(JsonNode root, JsonNode here, JsonNode schema, List<Broken> all) {
      switch (here) {
        case ObjectNode object -> {
          for (var required : schema.path("required")) {
            var name = required.asText();
            var kept = object.remove(name);
            all.add(new Broken("without " + name, name, root.deepCopy()));
            object.set(name, kept);
          }
          for (var name : List.copyOf(iterable(object))) {
            var kept = object.get(name);
            for (var wrong : List.of(JSON.createArrayNode(), JSON.getNodeFactory().nullNode())) {
              var nullable =
                  wrong.isNull()
                      && (schema.has("additionalProperties")
                          || name.equals("command")
                          || name.equals("detail"));
              if (!nullable) {
                object.set(name, wrong);
                all.add(
                    new Broken(
                        name + " = " + wrong, name.equals("sensors") ? "" : name, root.deepCopy()));
              }
            }
            object.set(name, kept);
            var below = schema.path("properties").path(name);
            collect(
                root,
                kept,
                below.isMissingNode() ? schema.path("additionalProperties") : below,
                all);
          }
        }
        case ArrayNode array when !array.isEmpty() ->
            collect(root, array.get(0), schema.path("items"), all);
        default -> {}
      }
    }

    private static List<String> iterable(ObjectNode object) {
      return object.properties().stream().map(entry -> entry.getKey()).toList();
    }
  }

  static String resource(String path) throws IOException {
    try (var in = SchemaTest.class.getResourceAsStream(path)) {
      return new String(
          java.util.Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
