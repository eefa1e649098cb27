// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How often each operation was called since the start, by whomever: what AWS would have charged
/// requests for. Of services with few resources, by resource, too.
public final class CallCounts implements CallObserver {
  private static final Set<String> BY_RESOURCE = Set.of("dynamodb", "lambda", "sqs", "sns");

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  @Override
  public void ended(CallRecord call) {
    String resource = call.resource().substring(call.resource().lastIndexOf(':') + 1);
    String of = BY_RESOURCE.contains(call.service()) ? " " + resource : "";
    counts
        .computeIfAbsent(call.service() + ":" + call.operation() + of, _ -> new LongAdder())
        .increment();
  }

  /// A line for each, in their order: `<service>:<operation> [<resource>]`, a tab, how often.
  public String text() {
    var text = new StringBuilder();
    new TreeMap<>(counts)
        .forEach((what, count) -> text.append(what).append('\t').append(count).append('\n'));
    return text.toString();
  }
}
