// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AlarmMirrorTest {
  private static MirroredRule rule(String name, List<String> devices) {
    var bound = new AlarmBound(AlarmBound.Side.ABOVE, 30, 1, 0);
    return new MirroredRule(name, new AlarmCondition.Threshold("t", bound), devices);
  }

  /// Of a later backend: what an agent behind does not know is left out and named, the rest stays.
  @Test
  void aRuleThatIsNotUnderstoodCostsThatRuleAlone() throws MessageException {
    var json =
        """
        {"rules": [
          {"name": "later", "kind": "WEEKDAY", "sensor": {"any": 1}, "devices": ["gw"]},
          {"name": "hot", "sensor": "t", "side": "ABOVE", "threshold": 30, "devices": ["gw"]},
          {"name": "both", "kind": "COMPOSITE", "of": "ALL", "rules": ["hot"], "devices": ["gw"]},
          7,
          {"name": "outside", "sensor": "t", "side": "OUTSIDE", "threshold": 1, "devices": ["gw"]}],
         "addedLater": []}
        """;

    var mirror = MessageCodec.decodeAlarmMirror(json.getBytes(UTF_8));

    assertThat(mirror.rules()).extracting(MirroredRule::name).containsExactly("hot");
    assertThat(mirror.notUnderstood())
        .hasSize(4)
        .hasEntrySatisfying("later", why -> assertThat(why).contains("WEEKDAY"))
        .hasEntrySatisfying("both", why -> assertThat(why).contains("THRESHOLD or RATE"))
        .hasEntrySatisfying("rules/3", why -> assertThat(why).contains("expected an object"))
        .hasEntrySatisfying("outside", why -> assertThat(why).contains("OUTSIDE"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"rules\":{}}", "{\"rules\":7}", "[]", "{\"rules\":[]}", "{"})
  void whatIsNoListOfRulesIsRefused(String json) {
    assertThatThrownBy(() -> MessageCodec.decodeAlarmMirror(json.getBytes(UTF_8)))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("expected");
  }

  /// A gateway of a thousand devices, whatever their names are.
  @Test
  void whatFindsNoRoomIsCounted() {
    var thousand = IntStream.range(0, 1000).mapToObj("gateway-seven:probe-%d"::formatted).toList();

    var mirror =
        AlarmMirror.of(
            List.of(rule("a", List.of("gw")), rule("b", thousand), rule("c", List.of("gw"))));

    assertThat(mirror.rules().getFirst()).isEqualTo(rule("a", List.of("gw")));
    int held = mirror.rules().stream().mapToInt(rule -> rule.devices().size()).sum();
    assertThat(held).isBetween(150, 400);
    assertThat(mirror.leftOut()).isEqualTo(1002 - held);
    assertThat(MessageCodec.encode(mirror)).hasSizeBetween(5_900, AlarmMirror.MOST_BYTES);
    assertThat(AlarmMirror.of(List.of(rule("a", List.of("gw")))))
        .isEqualTo(new AlarmMirror(List.of(rule("a", List.of("gw"))), 0, Map.of()));
  }
}
