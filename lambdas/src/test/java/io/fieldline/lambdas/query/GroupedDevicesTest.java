// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Grouping;
import io.fieldline.lambdas.tables.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/// 60 devices: all in `all`, those with an even number in `even`; of every third the type is
/// `pump`.
@ExtendWith(SharedStack.class)
final class GroupedDevicesTest {
  private static final int DEVICES = 60;

  private final Cloud cloud;
  private final QueryHandler function;

  GroupedDevicesTest(Cloud cloud) {
    this.cloud = cloud;
    function =
        new QueryHandler(
            new Environment(
                Map.of(
                    "TELEMETRY_TABLE",
                    cloud.telemetryTable(),
                    "FLEET_TABLE",
                    cloud.fleetTable(),
                    "RAW_RETENTION_DAYS",
                    "30",
                    "PRICES",
                    "READ_ON=2026-09-20,RULE=1E-6",
                    "BUFFER",
                    "sqs",
                    "AUDIT_RETENTION_DAYS",
                    "90")),
            cloud.tables(),
            cloud.shadows());
  }

  @BeforeEach
  void fill() {
    group("all", DEVICES);
    group("even", DEVICES / 2);
    put(Grouping.TYPE.key("pump"), Map.of("devices", Attributes.number(DEVICES / 3)));
    put(Grouping.TYPE.key("gone"), Map.of("devices", Attributes.number(0)));
    for (int i = 0; i < DEVICES; i++) {
      var groups = new ArrayList<>(List.of("all"));
      if (i % 2 == 0) {
        groups.add("even");
      }
      var item = new HashMap<String, AttributeValue>();
      item.put("thing", Attributes.text(name(i)));
      item.put("groups", AttributeValue.fromSs(groups));
      groups.forEach(member(Grouping.GROUP, i));
      if (i % 3 == 0) {
        item.put("type", Attributes.text("pump"));
        member(Grouping.TYPE, i).accept("pump");
      }
      put(FleetKeys.device(name(i)), item);
    }
  }

  private Consumer<String> member(Grouping grouping, int i) {
    return name -> put(grouping.member(name, name(i)), Map.of("thing", Attributes.text(name(i))));
  }

  private void group(String name, int devices) {
    put(
        Grouping.GROUP.key(name),
        Map.of(
            "description", Attributes.text("the " + name),
            "by", Attributes.text("ada"),
            "createdMs", Attributes.number(7),
            "devices", Attributes.number(devices)));
  }

  private static String name(int i) {
    return "n%02d".formatted(i);
  }

  private void put(Key key, Map<String, AttributeValue> attributes) {
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(key.with(attributes)));
  }

  private Invocation.Answer get(String route, Map<String, String> path, Map<String, String> query)
      throws IOException {
    return Invocation.api(function, "GET " + route, path, query, "[viewer]", null);
  }

  private List<String> devices(Map<String, String> filter, int limit) throws IOException {
    var found = new ArrayList<String>();
    var query = new HashMap<>(filter);
    query.put("limit", String.valueOf(limit));
    while (true) {
      var body = get("/devices", Map.of(), query).body();
      var some = body.objects("devices");
      assertThat(some).hasSizeLessThanOrEqualTo(limit);
      for (var one : some) {
        found.add(one.text("device"));
      }
      if (!body.has("cursor")) {
        return found;
      }
      assertThat(some).as("a part that is not the last").hasSize(limit);
      query.put("cursor", body.text("cursor"));
    }
  }

  private static List<String> every(int step) {
    return IntStream.range(0, DEVICES)
        .filter(i -> i % step == 0)
        .mapToObj(GroupedDevicesTest::name)
        .collect(Collectors.toList());
  }

  @Test
  void devicesAreListedByGroupAndTypeInParts() throws IOException {
    for (int limit : new int[] {1, 7, 10, 200}) {
      assertThat(devices(Map.of("group", "even"), limit)).isEqualTo(every(2));
      assertThat(devices(Map.of("type", "pump"), limit)).isEqualTo(every(3));
      assertThat(devices(Map.of("group", "even", "type", "pump"), limit)).isEqualTo(every(6));
    }
    assertThat(devices(Map.of("type", "never"), 10)).isEmpty();
    assertThat(devices(Map.of(), 100)).hasSize(DEVICES);
  }

  /// Of a fleet nothing is read but its own devices.
  @Test
  void onlyThePartitionOfWhatIsAskedForIsRead() throws IOException {
    get("/devices", Map.of(), Map.of("group", "even", "limit", "10"));

    assertThat(cloud.answered(QueryRequest.class))
        .extracting(query -> query.expressionAttributeValues().get(":pk").s())
        .filteredOn(partition -> !partition.startsWith("T#"))
        .containsExactly("GROUP#even");
  }

  @Test
  void aDeviceTellsItsGroupsAndItsType() throws IOException {
    var first = get("/devices/{device}", Map.of("device", "n00"), Map.of()).body();
    var second = get("/devices/{device}", Map.of("device", "n01"), Map.of()).body();

    assertThat(first.members())
        .containsEntry("groups", List.of("all", "even"))
        .containsEntry("type", "pump");
    assertThat(second.members()).containsEntry("groups", List.of("all")).doesNotContainKey("type");
  }

  @Test
  void groupsAndTypesTellHowManyDevicesThereAre() throws IOException {
    var going = Map.of("goingMs", Attributes.number(1), "description", Attributes.text(""));
    put(Grouping.GROUP.key("going"), going);

    var groups = get("/groups", Map.of(), Map.of()).body().objects("groups");
    assertThat(groups).extracting(one -> one.text("group")).containsExactly("all", "even");
    assertThat(groups.getLast().members())
        .containsEntry("devices", 30L)
        .containsEntry("description", "the even");
    var types = get("/types", Map.of(), Map.of()).body().objects("types");
    assertThat(types).hasSize(1);
    assertThat(types.getFirst().members()).isEqualTo(Map.of("type", "pump", "devices", 20L));
    var one = get("/groups/{group}", Map.of("group", "even"), Map.of());
    assertThat(one.headers().text("etag")).isNotEmpty();
  }

  @Test
  void whatIsNotThereIsTold() throws IOException {
    assertThat(get("/groups/{group}", Map.of("group", "none"), Map.of()).status()).isEqualTo(404);
    assertThat(get("/devices", Map.of(), Map.of("group", "none")).body().text("detail"))
        .isEqualTo("no group 'none'");
    assertThat(get("/devices", Map.of(), Map.of("type", "a b")).body().text("detail"))
        .isEqualTo("type: expected 1 to 64 letters, digits, '_' or '-', got 'a b'");
    assertThat(
            get("/devices", Map.of(), Map.of("group", "all", "cursor", "%")).body().text("detail"))
        .startsWith("cursor: expected one of an earlier answer");
  }
}
