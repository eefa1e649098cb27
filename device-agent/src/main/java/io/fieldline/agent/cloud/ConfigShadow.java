// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.reload.Reconfiguration;
import io.fieldline.messages.ShadowTopics;
import java.util.List;
import java.util.Map;

/// The named shadow `config`: what is desired to the [Reconfiguration], what became of it to
/// reported. Deltas are of no use: they do not tell what was taken away, and only the parts of a
/// section that differ. So each change of what is desired has the whole document asked for.
final class ConfigShadow {
  private final ShadowTopics topics;
  private final ReportedShadow reported;
  private final Reconfiguration configuration;

  ConfigShadow(ShadowTopics topics, ReportedShadow reported, Reconfiguration configuration) {
    this.topics = topics;
    this.reported = reported;
    this.configuration = configuration;
    configuration.onReport(reported::report);
  }

  List<String> filters() {
    return reported.filters();
  }

  void begin(boolean listens) {
    reported.begin(listens);
  }

  void tick() {
    reported.tick();
  }

  /// Takes a message if it is this shadow's.
  boolean take(String topic, Map<String, Object> document) {
    if (topic.equals(topics.getAccepted())) {
      configuration.desired(Shadow.part(document, "desired"), Shadow.version(document));
    } else if (topic.equals(topics.getRejected()) && Shadow.isNotThere(document)) {
      configuration.desired(Map.of(), 0);
    } else if (topic.equals(topics.updateAccepted()) && changesDesired(document)) {
      reported.refresh();
    }
    return reported.take(topic, document);
  }

  private static boolean changesDesired(Map<String, Object> document) {
    return Shadow.takesAway(document, "desired") || !Shadow.part(document, "desired").isEmpty();
  }
}
