// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import java.util.regex.Pattern;

/// What clients may do on topics that begin with a dollar sign.
///
/// Source: AWS IoT Core Developer Guide, "Reserved topics".
final class ReservedTopics {
  private static final Pattern PUBLISHED =
      Pattern.compile(
          "\\$aws/(rules/[^/]+(/.*)?"
              + "|things/[^/]+/shadow(/name/[^/]+)?/(get|update|delete)"
              + "|things/[^/]+/jobs/(get|start-next|[^/]+/(get|update))"
              + "|things/[^/]+/streams/[^/]+/(get|describe)/(json|cbor)"
              + "|things/[^/]+/defender/metrics/(json|cbor)"
              + "|certificates/create(-from-csr)?/(json|cbor)"
              + "|provisioning-templates/[^/]+/provision/(json|cbor))");
  private static final Pattern NOT_OFFERED =
      Pattern.compile("\\$aws/things/[^/]+/(streams|defender)/.*");

  private ReservedTopics() {}

  static boolean mayPublish(String topic) {
    return !topic.startsWith("$") || PUBLISHED.matcher(topic).matches();
  }

  static boolean maySubscribe(String filter) {
    return !filter.startsWith("$aws/rules/");
  }

  /// AWS answers on these; this stack does not yet.
  static boolean isNotOffered(String topic) {
    return topic.startsWith("$aws/") && NOT_OFFERED.matcher(topic).matches();
  }

  static boolean isBasicIngest(String topic) {
    return topic.startsWith("$aws/rules/");
  }

  /// Source: the same guide, "Retained messages": not on reserved topics.
  static boolean mayRetain(String topic) {
    return !topic.startsWith("$");
  }
}
