// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmMirror;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MirroredRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/// What agents are told of alarm rules, from the request on.
@ExtendWith(SharedStack.class)
final class AlarmMirrorsTest {
  private static final long NOW = CommandFunction.NOW;

  private final Cloud cloud;
  private final CommandHandler function;

  AlarmMirrorsTest(Cloud cloud) {
    this.cloud = cloud;
    function = CommandFunction.on(cloud);
  }

  private String thing(String name) {
    var thing = cloud.named(name);
    device(thing, thing);
    return thing;
  }

  private void device(String device, String thing) {
    put(FleetKeys.device(device).with(Map.of("thing", Attributes.text(thing))));
  }

  private void group(String name) {
    put(Grouping.GROUP.key(name).with(Map.of("devices", Attributes.number(0))));
  }

  private void member(String group, String device, String thing) {
    put(
        FleetKeys.device(device)
            .with(
                Map.of(
                    "thing",
                    Attributes.text(thing),
                    "groups",
                    AttributeValue.fromSs(List.of(group)))));
    put(Grouping.GROUP.member(group, device).with(Map.of("thing", Attributes.text(thing))));
  }

  private void put(Map<String, AttributeValue> item) {
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  private void rule(String name, String about) throws IOException {
    var body = "{%s,\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":30}".formatted(about);
    assertThat(request("PUT /rules/{rule}", name, body).status()).isEqualTo(200);
  }

  private Invocation.Answer request(String route, String rule, @Nullable String body)
      throws IOException {
    return Invocation.api(function, route, Map.of("rule", rule), Map.of(), "[admin]", body);
  }

  private static String about(String kind, String name) {
    return "\"%s\":\"%s\"".formatted(kind, name);
  }

  /// The queue's messages, until there are none; how many there were. What it is told with a delay
  /// does not come within a test.
  private int work() throws IOException {
    int count = 0;
    for (var told = cloud.toldToMirrors(); !told.isEmpty(); told = cloud.toldToMirrors()) {
      for (var body : told) {
        count++;
        assertThat(take(body)).isEqualTo("{\"batchItemFailures\":[]}");
      }
    }
    return count;
  }

  private String take(String body) throws IOException {
    return Invocation.of(
        function, Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body))));
  }

  /// What a thing's shadow desires; empty if there is none.
  private String desired(String thing) throws IOException {
    try {
      var document =
          cloud.shadows().getThingShadow(get -> get.thingName(thing).shadowName("alarms"));
      var state = JsonObject.parse(document.payload().asByteArray()).object("state");
      return new String(JsonObject.write(state.optionalObject("desired")), UTF_8);
    } catch (ResourceNotFoundException none) {
      return "";
    }
  }

  private AlarmMirror mirror(String thing) throws IOException {
    return MessageCodec.decodeAlarmMirror(desired(thing).getBytes(UTF_8));
  }

  private List<String> rules(String thing) throws IOException {
    return mirror(thing).rules().stream().map(rule -> rule.name() + rule.devices()).toList();
  }

  @Test
  void aRuleIsToldToTheAgentOfItsDeviceAndTakenBack() throws IOException {
    var gateway = thing("gw");
    var other = thing("other");
    device(gateway + ":probe", gateway);

    rule("hot", about("device", gateway + ":probe"));
    rule("warm", about("device", gateway));
    assertThat(work()).isEqualTo(2);

    assertThat(rules(gateway))
        .containsExactly("hot[" + gateway + ":probe]", "warm[" + gateway + "]");
    assertThat(desired(gateway)).doesNotContain("command", "\"device\"");
    assertThat(desired(other)).isEmpty();

    // The agent of the device that it was about is told, too.
    rule("hot", about("device", other));
    work();
    assertThat(rules(gateway)).containsExactly("warm[" + gateway + "]");
    assertThat(rules(other)).containsExactly("hot[" + other + "]");

    assertThat(request("DELETE /rules/{rule}", "warm", null).status()).isEqualTo(200);
    work();
    assertThat(desired(gateway)).isEqualTo("{}");
  }

  @Test
  void whatIsTheSameIsNotToldAgain() throws IOException {
    var gateway = thing("same");
    rule("hot", about("device", gateway));
    work();
    int before = cloud.updates().size();

    rule("hot", about("device", gateway));
    assertThat(work()).isEqualTo(1);

    assertThat(cloud.updates()).hasSize(before);
  }

  @Test
  void absenceAndCompositesAreTheBackendsAlone() throws IOException {
    var gateway = thing("alone");
    var device = about("device", gateway);
    request(
        "PUT /rules/{rule}",
        "gone",
        "{%s,\"kind\":\"ABSENCE\",\"afterSeconds\":60}".formatted(device));
    request(
        "PUT /rules/{rule}",
        "both",
        "{%s,\"kind\":\"COMPOSITE\",\"of\":\"ALL\",\"rules\":[\"gone\"]}".formatted(device));

    assertThat(work()).isZero();
    assertThat(desired(gateway)).isEmpty();
  }

  /// In parts of 25 things; devices behind one gateway are told to it once.
  @Test
  void aGroupOfManyIsToldInParts() throws IOException {
    group("cellar");
    var things = IntStream.range(0, 60).mapToObj(i -> cloud.named("d%02d".formatted(i))).toList();
    for (var thing : things) {
      member("cellar", thing, thing);
      member("cellar", thing + ":probe", thing);
    }

    rule("hot", about("group", "cellar"));
    assertThat(work()).isEqualTo(1 + 3);

    for (var thing : things) {
      assertThat(rules(thing)).containsExactly("hot[" + thing + ", " + thing + ":probe]");
    }
    assertThat(cloud.updates()).hasSize(60).doesNotHaveDuplicates();

    // As the function of the fleet tells, when one has left.
    device(things.getFirst(), things.getFirst());
    take("{\"mirror\":{\"things\":[\"" + things.getFirst() + "\"]}}");
    assertThat(rules(things.getFirst())).containsExactly("hot[" + things.getFirst() + ":probe]");
  }

  @Test
  void moreThanAShadowHoldsIsLeftOutAndCounted() throws IOException {
    var gateway = thing("full");
    group("all");
    for (int i = 0; i < 400; i++) {
      member("all", gateway + ":a-probe-of-many-%03d".formatted(i), gateway);
    }

    rule("a", about("device", gateway));
    rule("b", about("group", "all"));
    work();

    var mirror = mirror(gateway);
    assertThat(mirror.rules()).extracting(MirroredRule::name).containsExactly("a", "b");
    int told = mirror.rules().getLast().devices().size();
    assertThat(told).isBetween(100, 399);
    assertThat(mirror.leftOut()).isEqualTo(400 - told);
  }

  @Test
  void aDeviceThatIsDeletedIsToldNothingMore() throws IOException {
    var gateway = thing("gone");
    rule("hot", about("device", gateway));
    put(FleetKeys.deletion(gateway).with(Map.of("askedMs", Attributes.number(NOW))));

    work();

    assertThat(desired(gateway)).isEmpty();
  }

  /// Whatever there was: never told, told wrongly, told to one who has no rules any more.
  @Test
  void allAreBroughtToWhatTheTablesSayPageByPage() throws IOException {
    group("all");
    var things = IntStream.range(0, 10).mapToObj(i -> cloud.named("t" + i)).toList();
    things.forEach(thing -> member("all", thing, thing));
    // A page has a hundred devices.
    for (int i = 0; i < 95; i++) {
      device(things.getFirst() + ":" + i, things.getFirst());
    }
    rule("hot", about("group", "all"));
    cloud.toldToMirrors();
    var stale = thing("stale");
    cloud.document(stale, "alarms", "{\"state\":{\"desired\":{\"rules\":[]}}}");
    var wrong = things.getLast();
    cloud.document(wrong, "alarms", "{\"state\":{\"desired\":{\"rules\":[],\"leftOut\":1}}}");

    take("{\"mirror\":{\"all\":true}}");
    assertThat(cloud.updates()).as("no page holds up the queue").hasSize(2);
    assertThat(work()).as("a part, and the other page").isEqualTo(2);

    for (var thing : things) {
      assertThat(rules(thing)).containsExactly("hot[" + thing + "]");
    }
    assertThat(desired(stale)).isEqualTo("{}");
    int before = cloud.updates().size();
    take("{\"mirror\":{\"all\":true}}");
    work();
    assertThat(cloud.updates()).as("nothing more to tell").hasSize(before);
  }

  /// The message that comes after the function has ended, and the one that comes at once, each by
  /// itself.
  @Test
  void whereverAChangeOfARuleEndsAgentsComeToKnowWhatTheTableSays() throws IOException {
    var gateway = thing("edges");
    var hot = "{%s,\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":%d}";
    boolean isEnded = true;
    for (int edge = 1; isEnded; edge++) {
      var body = hot.formatted(about("device", gateway), edge);
      isEnded = isEnded(edge, "PUT /rules/{rule}", body);
      assertThat(told(gateway)).as("put, ended at %d", edge).isEqualTo(kept());
    }
    isEnded = true;
    for (int edge = 1; isEnded; edge++) {
      rule("hot", about("device", gateway));
      work();
      isEnded = isEnded(edge, "DELETE /rules/{rule}", null);
      assertThat(told(gateway)).as("deleted, ended at %d", edge).isEqualTo(kept());
    }
    assertThat(kept()).isEmpty();
  }

  /// Whether the function ended there; then the queue tells with a delay what it was told so.
  private boolean isEnded(int edge, String route, @Nullable String body) throws IOException {
    int before = cloud.answered(SendMessageRequest.class).size();
    boolean isEnded = false;
    cloud.endAt(edge);
    try {
      assertThat(request(route, "hot", body).status()).isEqualTo(200);
    } catch (Cloud.Ended e) {
      isEnded = true;
    }
    cloud.endAt(0);
    var told = cloud.answered(SendMessageRequest.class);
    for (var message : told.subList(before, told.size())) {
      if (message.delaySeconds() > 0) {
        assertThat(message.delaySeconds()).as("the function's time").isGreaterThan(15);
        take(message.messageBody());
      }
    }
    cloud.toldToMirrors();
    return isEnded;
  }

  private List<AlarmCondition> told(String thing) throws IOException {
    return desired(thing).contains("rules")
        ? mirror(thing).rules().stream().map(MirroredRule::condition).toList()
        : List.of();
  }

  private List<AlarmCondition> kept() throws IOException {
    var key = FleetKeys.rule("hot").attributes();
    var item =
        cloud
            .tables()
            .getItem(get -> get.tableName(cloud.fleetTable()).key(key).consistentRead(true))
            .item();
    var json = Attributes.text(item, "json");
    return json.isEmpty()
        ? List.of()
        : List.of(MessageCodec.decodeAlarmRule(json.get().getBytes(UTF_8)).condition());
  }

  /// Wherever the function ends, the next try goes on.
  @Test
  void endsAtEachEdgeOfEachCallAndIsTakenAgain() throws IOException {
    var gateway = thing("ends");
    rule("hot", about("device", gateway));
    work();
    boolean isEnded = true;
    for (int edge = 1; isEnded; edge++) {
      rule("hot", about("device", gateway) + ",\"hysteresis\":" + edge);
      var body = "{\"mirror\":{\"device\":\"" + gateway + "\"}}";
      cloud.endAt(edge);
      try {
        take(body);
        isEnded = false;
      } catch (Cloud.Ended e) {
        take(body);
      }
      cloud.endAt(0);
      assertThat(desired(gateway)).contains("\"hysteresis\":" + edge);
    }
    work();
  }

  /// A shadow that cannot be read or written for the moment is tried again.
  @Test
  void isTriedAgainWhereAShadowDoesNotAnswer() throws IOException {
    var gateway = thing("denied");
    rule("hot", about("device", gateway));
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"iot:UpdateThingShadow\",\"Resource\":\"*\"}");
    assertThat(take("{\"mirror\":{\"device\":\"" + gateway + "\"}}")).contains("\"m\"");
    assertThat(desired(gateway)).isEmpty();

    cloud.allowAgain();
    work();
    assertThat(rules(gateway)).hasSize(1);
  }
}
