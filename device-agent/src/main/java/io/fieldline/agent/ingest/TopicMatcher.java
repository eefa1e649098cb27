// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.AgentConfig.TopicMapping;
import java.util.Optional;

/// One mapping of topics: which device and sensor a topic names.
record TopicMatcher(TopicMapping mapping) {
  /// What a topic says; the sensor is empty if the payload names it.
  record Match(String device, String sensor) {}

  Optional<Match> match(String topic) {
    String[] words = topic.split("/", -1);
    String[] wanted = mapping.filter().split("/", -1);
    if (words.length != wanted.length) {
      return Optional.empty();
    }
    String device = "";
    String sensor = "";
    for (int i = 0; i < wanted.length; i++) {
      switch (wanted[i]) {
        case "{device}" -> device = words[i];
        case "{sensor}" -> sensor = words[i];
        case "+" -> {}
        default -> {
          if (!wanted[i].equals(words[i])) {
            return Optional.empty();
          }
        }
      }
    }
    return Optional.of(new Match(device, sensor));
  }
}
