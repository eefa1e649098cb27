// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What a deployment would do to a stack, told before it is done.
final class TemplateDiff {
  private final ResourceTypes types;
  private final TemplateScope scope;

  TemplateDiff(ResourceTypes types, TemplateScope scope) {
    this.types = types;
    this.scope = scope;
  }

  List<ChangeSetRecord.Change> changes(StackRecord stack, Deployment deployment) {
    Template wanted = TemplateParser.parse(deployment.template());
    var changes = new ArrayList<ChangeSetRecord.Change>();
    for (var entry : wanted.resources().entrySet()) {
      if (scope.includes(entry.getValue())) {
        addOrModify(stack, entry.getKey(), entry.getValue(), changes);
      }
    }
    for (StackRecord.Resource resource : stack.resources().values()) {
      JsonNode declared = wanted.resource(resource.logicalId());
      if (declared.isMissingNode() || !scope.includes(declared)) {
        changes.add(
            new ChangeSetRecord.Change(
                "Remove",
                resource.logicalId(),
                resource.physicalId(),
                resource.type(),
                "",
                List.of()));
      }
    }
    return changes;
  }

  private void addOrModify(
      StackRecord stack,
      String logicalId,
      JsonNode declared,
      List<ChangeSetRecord.Change> changes) {
    StackRecord.Resource before = stack.resources().get(logicalId);
    String type = Template.type(declared);
    if (before == null) {
      changes.add(new ChangeSetRecord.Change("Add", logicalId, "", type, "", List.of()));
      return;
    }
    Set<String> changed = changed(before, declared);
    if (changed.isEmpty()) {
      return;
    }
    boolean replaced = types.get(type).replacedBy(changed);
    changes.add(
        new ChangeSetRecord.Change(
            "Modify",
            logicalId,
            before.physicalId(),
            type,
            replaced ? "True" : "False",
            List.copyOf(changed)));
  }

  /// A property that refers to a resource not made yet has no value now: it counts as changed.
  private Set<String> changed(StackRecord.Resource before, JsonNode declared) {
    JsonNode properties = declared.path("Properties");
    var now = JsonNodeFactory.instance.objectNode();
    for (var property : properties.properties()) {
      try {
        JsonNode value = new Intrinsics(scope).resolve(property.getValue());
        if (!value.isMissingNode()) {
          now.set(property.getKey(), value);
        }
      } catch (AwsFailure notKnownYet) {
        now.set(property.getKey(), property.getValue());
      }
    }
    return StackDeployer.changed(before.properties(), now);
  }
}
