// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SharedStack.class)
final class SerialRoutesTest {
  private final Cloud cloud;
  private final FleetHandler function;

  SerialRoutesTest(Cloud cloud) {
    this.cloud = cloud;
    function = FleetFunction.on(cloud, Clock.systemUTC());
  }

  private Invocation.Answer call(
      String route, String serial, Map<String, String> query, @Nullable String body)
      throws IOException {
    return Invocation.api(function, route, Map.of("serial", serial), query, "[admin]", body);
  }

  private Invocation.Answer add(String csv) throws IOException {
    var body = new String(JsonObject.write(Map.of("csv", csv)), StandardCharsets.UTF_8);
    return call("POST /serials", "", Map.of(), body);
  }

  private List<String> listed() throws IOException {
    var serials = new ArrayList<String>();
    var query = new HashMap<>(Map.of("limit", "100"));
    while (true) {
      var body = call("GET /serials", "", query, null).body();
      for (var one : body.objects("serials")) {
        serials.add(one.text("serial"));
      }
      if (!body.has("cursor")) {
        return serials;
      }
      query.put("cursor", body.text("cursor"));
    }
  }

  @Test
  void aTableIsAddedAndAddedAgainChangesNothing() throws IOException {
    var serials = IntStream.range(0, 230).mapToObj(i -> "SN%03d".formatted(i)).toList();
    var csv = serials.stream().collect(Collectors.joining("\r\n", "\uFEFF\"serial\"\r\n", "\r\n"));
    var body = add("serial\nSN007\nSN229").body();
    assertThat(body.members()).containsEntry("added", 2L).containsEntry("there", 0L);
    var admitted =
        FleetKeys.serial("SN007")
            .with(
                Map.of(
                    "admittedMs",
                    Attributes.number(5),
                    "by",
                    Attributes.text("ada"),
                    "addedMs",
                    Attributes.number(4)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(admitted));

    body = add(csv).body();

    assertThat(body.members()).containsEntry("added", 228L).containsEntry("there", 2L);
    assertThat(add(csv).body().members()).containsEntry("added", 0L);
    assertThat(listed()).containsExactlyElementsOf(serials);
    assertThat(cloud.items(cloud.fleetTable())).contains(admitted);
  }

  @Test
  void whatARequestThatEndedHalfWayHasAddedIsThere() throws IOException {
    var csv = IntStream.range(0, 60).mapToObj(i -> "E" + i).collect(Collectors.joining("\n"));
    int ended = 0;
    for (int edge = 3; edge <= 9; edge++) {
      cloud.endAt(edge);
      try {
        add("serial\n" + csv);
      } catch (Cloud.Ended anywhere) {
        ended++;
      }
      cloud.endAt(0);
    }
    add("serial\n" + csv);

    assertThat(listed()).hasSize(60);
    assertThat(ended).isGreaterThan(3);
  }

  /// Nothing of it is taken, and the mistake is told by its line.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'number~A1'|line 1: expected the header 'serial', and 'type' and 'groups' if you like, got 'number'",
        "'serial;group~A1'|line 1: expected the header 'serial', and 'type' and 'groups' if you like, got 'serial;group'",
        "'serial'|line 2: expected a line for each device, got none",
        "'serial~A1~A 2~~A1'|line 3: column serial: expected 1 to 128 letters, digits, '_' or '-' that do not begin with fieldline-, got 'A 2'; line 5: column serial: expected each once, got 'A1', which is in line 2",
        "'serial~gw:child'|line 2: column serial: expected 1 to 128 letters, digits, '_' or '-' that do not begin with fieldline-, got 'gw:child'",
        "'serial~fieldline-1'|that do not begin with fieldline-, got 'fieldline-1'",
        "'serial~A1,shed'|line 2: expected 1 column, got 2",
        "'serial~\"A1'|line 2: column 1: expected a closing quotation mark",
      })
  void aTableWithAMistakeIsNotTaken(String csv, String told) throws IOException {
    var answer = add(csv.replace('~', '\n'));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().text("detail")).contains(told);
    assertThat(listed()).isEmpty();
  }

  @Test
  void ofManyMistakesTheFirstAreToldAndTooManyDevicesAreRefused() throws IOException {
    assertThat(add("serial\n" + "a b\n".repeat(9)).body().text("detail")).endsWith("; and 4 more");
    var many = IntStream.rangeClosed(0, 5_000).mapToObj(i -> "M" + i);
    var answer = add("serial\n" + many.collect(Collectors.joining("\n")));
    assertThat(answer.body().text("detail")).contains("at most 5000 devices at once, got 5001");
    assertThat(call("POST /serials", "", Map.of(), "{}").body().text("detail"))
        .contains("/csv: expected a text");
  }

  @Test
  void oneIsAddedAndAllowedAgainAndRemoved() throws IOException {
    var added = call("PUT /serials/{serial}", "SN1", Map.of(), null);
    assertThat(added.body().members())
        .containsEntry("serial", "SN1")
        .containsEntry("by", "ada")
        .containsEntry("againMs", 1_764_042_000_000L);
    assertThat(call("PUT /serials/{serial}", "a b", Map.of(), null).status()).isEqualTo(400);

    assertThat(call("DELETE /serials/{serial}", "SN1", Map.of(), null).status()).isEqualTo(200);
    assertThat(call("DELETE /serials/{serial}", "SN1", Map.of(), null).status()).isEqualTo(404);
    assertThat(listed()).isEmpty();
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    function.prime();

    assertThat(cloud.items(cloud.fleetTable())).isEmpty();
  }
}
