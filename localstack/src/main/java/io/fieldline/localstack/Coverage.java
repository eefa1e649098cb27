// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Operation;
import io.fieldline.localstack.wire.Router;
import io.fieldline.localstack.wire.ServiceTable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What this stack has of AWS, told from what is registered: the page `docs/reference/coverage.md`.
final class Coverage {
  private final Map<String, Set<String>> operations = new TreeMap<>();
  private final Api api;
  private final Router router;
  private final Set<String> resourceTypes;

  Coverage(Api api, Set<String> resourceTypes) {
    this.api = api;
    this.router = new Router();
    this.resourceTypes = new TreeSet<>(resourceTypes);
    for (Operation<?, ?> operation : api.operations()) {
      operations.computeIfAbsent(operation.service(), _ -> new TreeSet<>()).add(operation.name());
    }
  }

  /// The page.
  String markdown() {
    var page = new StringBuilder();
    page.append(
        """
        # What the local stack has of AWS

        Generated from what is registered; `CoveragePageTest` says how to write it anew. An operation or a
        resource type that is not listed is refused by name, with a 4xx. A parameter that has no effect here
        is meant to be refused by name too: one that is swallowed in silence is a bug. A running stack tells
        the same at `/_local/coverage`, and there also what it has refused so far.

        ## Services

        | service | operations here | of AWS's |
        |---|---|---|
        """);
    for (String service : Router.services()) {
      ServiceTable table = router.table(service);
      page.append(
          "| %s | %d | %d |\n"
              .formatted(service, has(table).size(), table.operationNames().size()));
    }
    for (String service : Router.services()) {
      Set<String> has = has(router.table(service));
      if (!has.isEmpty()) {
        page.append("\n### ").append(service).append("\n\n");
        page.append(String.join(", ", has)).append("\n");
      }
    }
    page.append("\n## CloudFormation resource types\n\n");
    page.append("A property that is not known is refused by name.\n\n");
    resourceTypes.forEach(type -> page.append("- `").append(type).append("`\n"));
    page.append("- `Custom::*`\n");
    if (!api.refused().isEmpty()) {
      page.append("\n## Refused since the start\n\n");
      api.refused().forEach(operation -> page.append("- ").append(operation).append("\n"));
    }
    return page.toString();
  }

  private Set<String> has(ServiceTable table) {
    var has = new TreeSet<>(operations.getOrDefault(table.sdk(), Set.of()));
    has.retainAll(table.operationNames());
    return has;
  }
}
