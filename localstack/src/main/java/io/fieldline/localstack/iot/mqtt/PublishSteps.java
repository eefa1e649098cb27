// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.localstack.ways.Ways.Beginning;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A publish as a step: the first of a way, or what something on one led to.
final class PublishSteps {
  /// What a new device gets: a key and a token.
  private static final Pattern SECRET =
      Pattern.compile("\\$aws/(certificates|provisioning-templates)/.*");

  private static final Pattern OF_THING =
      Pattern.compile("\\$aws/(?:things/([^/]+)/|events/\\w+/\\w+/([^/]+)).*");

  private final Ways ways;
  private final StackInfo info;
  private final Deliveries deliveries;

  PublishSteps(Ways ways, StackInfo info, Deliveries deliveries) {
    this.ways = ways;
    this.info = info;
    this.deliveries = deliveries;
  }

  /// @param again publishes such a message once more; false where there is no room for it
  Step begin(AcceptedMessage accepted, Predicate<AcceptedMessage> again) {
    String topic = accepted.message().topic().text();
    String principal = accepted.principal().orElse("");
    Step before = Step.current();
    if (!before.isOnWay()) {
      before = ways.beginMessage(origin(accepted, topic, principal));
    }
    Step step =
        before.begin(
            Step.Kind.PUBLISH,
            accepted.clientId().isPresent() ? Step.Lane.DEVICE : Step.Lane.IOT,
            topic,
            info.arn("iot", "topic/" + topic),
            principal);
    byte[] payload = accepted.message().payload();
    if (!SECRET.matcher(topic).matches()) {
      step.asked(payload);
      boolean beginning = before.isBeginning() && !principal.isEmpty();
      if (beginning && payload.length <= step.mostCharacters()) {
        step.repeatable(() -> repeat(accepted, topic, principal, again));
      }
    }
    deliveries.routed(accepted.message().topic(), step);
    return step;
  }

  /// The stack's own come of themselves: events of connections, notices of jobs.
  private static Ways.Origin origin(AcceptedMessage accepted, String topic, String principal) {
    return new Ways.Origin(
        principal.isEmpty() ? Beginning.LIFECYCLE : Beginning.PUBLISH,
        topic,
        accepted.clientId().orElseGet(() -> thing(topic)),
        principal);
  }

  private static String thing(String topic) {
    if (!topic.startsWith("$aws/")) {
      return "";
    }
    Matcher of = OF_THING.matcher(topic);
    return !of.matches() ? "" : of.group(1) == null ? of.group(2) : of.group(1);
  }

  private Step repeat(
      AcceptedMessage accepted, String topic, String principal, Predicate<AcceptedMessage> again) {
    Step way = ways.begin(origin(accepted, topic, principal));
    way.run(() -> again.test(accepted));
    return way;
  }
}
