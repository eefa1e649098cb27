// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShadowMergeTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "-",
      value = {
        // what both had | what the device says | what the cloud has | what comes of it
        "{a:1}       | {a:2}     | {a:1}            | {a:2}",
        "{a:1}       | {a:1}     | {a:3}            | {a:1}",
        "{a:1}       | {a:2}     | {a:3}            | {a:2}",
        "{a:1}       | {}        | {a:1}            | {}",
        "{a:1}       | {}        | {a:3}            | {}",
        "{a:1}       | {a:1}     | {}               | {a:1}",
        "{a:1}       | {a:1}     | {a:1,z:9}        | {a:1,z:9}",
        "{}          | {a:1}     | {z:9}            | {a:1,z:9}",
        "{a:{x:1,y:2}} | {a:{x:1}} | {a:{x:1,y:2,z:3}} | {a:{x:1,z:3}}",
        "{a:{x:1}}   | {}        | {a:{x:1,z:3}}    | {a:{z:3}}",
        "{a:{x:1}}   | {}        | {a:{x:1}}        | {}",
        "{a:1}       | {a:{x:1}} | {a:1}            | {a:{x:1}}",
        "{a:{x:1}}   | {a:1}     | {a:{x:1,z:3}}    | {a:1}",
        "{a:{x:1}}   | {}        | {a:5}            | {a:5}",
        "{a:1}       | {}        | {a:{z:3}}        | {a:{z:3}}",
        "{a:[1,2]}   | {a:[2]}   | {a:[1,2,3]}      | {a:[2]}",
      })
  void theDeviceDecidesOnWhatItSaysAndTheOthersOnTheRest(
      String base, String local, String remote, String merged) {
    assertThat(ShadowMerge.merge(json(base), json(local), json(remote))).isEqualTo(json(merged));
  }

  private static Map<String, Object> json(String text) {
    try {
      return JsonText.parseObject(text.replaceAll("([a-z])", "\"$1\""));
    } catch (JsonSyntaxException e) {
      throw new AssertionError(text, e);
    }
  }

  /// Whatever the three are, the update makes the cloud's document into the merged one, and once
  /// that is agreed on, there is nothing left to do.
  @RepeatedTest(20)
  void theUpdateMakesTheCloudsDocumentIntoTheMergedOne(RepetitionInfo round) {
    var random = new SplittableRandom(round.getCurrentRepetition());
    for (int i = 0; i < 200; i++) {
      Map<String, Object> base = ShadowMerge.pruned(document(random, 3));
      Map<String, Object> local = ShadowMerge.pruned(edited(random, base, 3));
      Map<String, Object> remote = edited(random, base, 3);

      Map<String, Object> merged = ShadowMerge.merge(base, local, remote);
      Map<String, Object> update = ShadowMerge.patch(remote, merged);
      Map<String, Object> after = ShadowMerge.patched(remote, update);

      assertThat(ShadowMerge.pruned(after)).isEqualTo(ShadowMerge.pruned(merged));
      assertThat(ShadowMerge.patch(after, ShadowMerge.merge(local, local, after))).isEmpty();
      assertHolds(after, local);
    }
  }

  /// All that the device says is there as it says it.
  private static void assertHolds(Map<String, Object> document, Map<String, Object> said) {
    said.forEach((name, value) -> {
      if (JsonText.object(value).isPresent()) {
        assertHolds(
            JsonText.object(document.get(name)).orElseThrow(), JsonText.object(value).get());
      } else {
        assertThat(document).containsEntry(name, value);
      }
    });
  }

  static Map<String, Object> document(SplittableRandom random, int depth) {
    Map<String, Object> document = new LinkedHashMap<>();
    for (String name : NAMES) {
      if (random.nextBoolean()) {
        document.put(name, value(random, depth));
      }
    }
    return document;
  }

  private static Object value(SplittableRandom random, int depth) {
    return switch (random.nextInt(depth > 0 ? 4 : 3)) {
      case 0 -> random.nextLong(3);
      case 1 -> random.nextBoolean();
      case 2 -> List.of(random.nextLong(2));
      default -> document(random, depth - 1);
    };
  }

  /// Some members changed, taken away or added, some inside of others.
  static Map<String, Object> edited(
      SplittableRandom random, Map<String, Object> document, int depth) {
    Map<String, Object> edited = new LinkedHashMap<>(document);
    for (String name : NAMES) {
      var inner = JsonText.object(document.get(name));
      switch (random.nextInt(5)) {
        case 0 -> edited.remove(name);
        case 1 -> edited.put(name, value(random, depth));
        case 2 -> inner.ifPresent(members -> edited.put(name, edited(random, members, depth - 1)));
        default -> {}
      }
    }
    return edited;
  }
}
