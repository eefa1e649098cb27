// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The index finds what asking every filter finds.
class TopicFilterIndexTest {
  private static final List<String> LEVELS = List.of("a", "b", "", "$aws", "+", "#");

  private final Random random = new Random(5);

  @Test
  void whatMatchesIsFoundAndNothingElse() {
    for (int round = 0; round < 200; round++) {
      List<Map.Entry<TopicFilter, String>> filters = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        var text = filter();
        filters.add(Map.entry(new TopicFilter(text), text + " " + i));
      }
      var index = new TopicFilterIndex<>(filters);
      for (int i = 0; i < 30; i++) {
        var topic = topic();

        assertThat(index.matching(topic))
            .as(topic)
            .containsExactlyInAnyOrderElementsOf(
                filters.stream()
                    .filter(one -> one.getKey().matches(topic))
                    .map(Map.Entry::getValue)
                    .toList());
      }
    }
  }

  private String filter() {
    var text = new StringBuilder();
    int last = random.nextInt(1, 5);
    for (int i = 0; i < last; i++) {
      var level = LEVELS.get(random.nextInt(i == last - 1 ? 6 : 5));
      text.append(i == 0 ? "" : "/").append(level);
    }
    return text.isEmpty() ? "a" : text.toString();
  }

  private String topic() {
    List<String> levels = new ArrayList<>();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      levels.add(LEVELS.get(random.nextInt(4)));
    }
    return String.join("/", levels);
  }
}
