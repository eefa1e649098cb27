// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Brings one stack from what it is to what is wanted, or back. One instance a deployment; it runs
/// on one thread, as the principal that deploys.
final class StackDeployer {
  private final StackRecords records;
  private final ResourceTypes types;
  private final StackClock clock;
  private final String stackId;
  private final Template template;
  private final TemplateScope scope;

  /// What was done so far, newest first, so that it can be undone.
  private final Deque<Step> done = new ArrayDeque<>();

  /// @param before null for a resource that is new
  /// @param replaced whether {@code before} still exists beside its replacement
  private record Step(String logicalId, StackRecord.@Nullable Resource before, boolean replaced) {}

  StackDeployer(
      StackRecords records,
      ResourceTypes types,
      StackClock clock,
      String stackId,
      Template template,
      TemplateScope scope) {
    this.records = records;
    this.types = types;
    this.clock = clock;
    this.stackId = stackId;
    this.template = template;
    this.scope = scope;
  }

  /// Creates the stack; on failure deletes what was made.
  void create(Deployment deployment, boolean rollback) {
    try {
      makeAll(deployment.tags());
      finish(deployment);
      records.status(stackId, "CREATE_COMPLETE", "");
    } catch (RuntimeException failure) {
      if (!rollback) {
        records.status(stackId, "CREATE_FAILED", message(failure));
        return;
      }
      records.status(stackId, "ROLLBACK_IN_PROGRESS", rollbackReason("creation"));
      boolean clean = undo();
      records.status(stackId, clean ? "ROLLBACK_COMPLETE" : "ROLLBACK_FAILED", "");
    }
  }

  /// Updates the stack; on failure puts back what it was.
  void update(Deployment deployment) {
    try {
      makeAll(deployment.tags());
      finish(deployment);
      records.status(stackId, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "");
      cleanUp();
      records.status(stackId, "UPDATE_COMPLETE", "");
    } catch (RuntimeException failure) {
      records.status(stackId, "UPDATE_ROLLBACK_IN_PROGRESS", rollbackReason("update"));
      if (undo()) {
        records.status(stackId, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "");
        records.status(stackId, "UPDATE_ROLLBACK_COMPLETE", "");
      } else {
        records.status(stackId, "UPDATE_ROLLBACK_FAILED", "");
      }
    }
  }

  /// Deletes every resource, those first that others do not need; keeps what the template retains.
  void delete() {
    boolean clean = true;
    for (String logicalId : template.creationOrder().reversed()) {
      StackRecord.Resource resource = records.get(stackId).resources().get(logicalId);
      if (resource == null) {
        continue;
      }
      if (isRetained(logicalId, "DeletionPolicy")) {
        note(resource, "DELETE_SKIPPED", "");
        records.resourceGone(stackId, logicalId);
      } else {
        clean &= deleteOne(resource);
      }
    }
    records.status(stackId, clean ? "DELETE_COMPLETE" : "DELETE_FAILED", "");
  }

  private void makeAll(Map<String, String> tags) {
    for (String logicalId : template.creationOrder()) {
      JsonNode declared = template.resource(logicalId);
      if (scope.includes(declared)) {
        make(logicalId, declared, tags);
      }
    }
  }

  private void make(String logicalId, JsonNode declared, Map<String, String> tags) {
    String type = Template.type(declared);
    StackRecord.Resource before = records.get(stackId).resources().get(logicalId);
    try {
      JsonNode properties = new Intrinsics(scope).resolve(declared.path("Properties"));
      JsonNode wanted = withTags(type, properties, tags);
      if (before == null) {
        createOne(logicalId, type, wanted);
      } else if (!before.properties().equals(wanted)) {
        updateOne(before, type, wanted, policy(declared));
      }
    } catch (RuntimeException failure) {
      String status = before == null ? "CREATE_FAILED" : "UPDATE_FAILED";
      var current = records.get(stackId).resources().get(logicalId);
      note(
          current == null ? resource(logicalId, type, "", Map.of(), null) : current,
          status,
          message(failure));
      if (before != null) {
        // The kept record stays what the resource still is; only the event told of the failure.
        records.change(stackId, s -> s.withResource(logicalId, before));
      }
      throw failure;
    }
  }

  private JsonNode policy(JsonNode declared) {
    return new Intrinsics(scope).resolve(declared.path("UpdatePolicy"));
  }

  /// The stack's tags are each resource's, unless it has one of that name itself.
  ///
  /// Source: AWS CloudFormation API Reference, CreateStack, Tags: CloudFormation also propagates
  /// these tags to supported resources.
  private JsonNode withTags(String type, JsonNode properties, Map<String, String> tags) {
    ObjectNode wanted =
        properties.isMissingNode()
            ? JsonNodeFactory.instance.objectNode()
            : properties.<ObjectNode>deepCopy();
    if (tags.isEmpty() || !types.get(type).isTagged()) {
      return wanted;
    }
    var all = new java.util.TreeMap<>(tags);
    wanted
        .path("Tags")
        .forEach(tag -> all.put(tag.path("Key").asText(), tag.path("Value").asText()));
    var list = wanted.putArray("Tags");
    all.forEach((key, value) -> list.addObject().put("Key", key).put("Value", value));
    return wanted;
  }

  private void createOne(String logicalId, String type, JsonNode properties) {
    note(resource(logicalId, type, "", Map.of(), null), "CREATE_IN_PROGRESS", "");
    var wanted = wanted(logicalId, type, properties);
    ResourceType.Made made = types.get(type).create(wanted);
    done.push(new Step(logicalId, null, false));
    var resource = resource(logicalId, type, made.physicalId(), made.attributes(), properties);
    note(resource, "CREATE_IN_PROGRESS", "Resource creation Initiated");
    note(resource, "CREATE_COMPLETE", "");
  }

  private void updateOne(
      StackRecord.Resource before, String type, JsonNode properties, JsonNode updatePolicy) {
    if (!before.type().equals(type)) {
      throw AwsFailure.validationError(
          "Update of resource type is not permitted. The new template modifies resource type of"
              + " the following resources: ["
              + before.logicalId()
              + "]");
    }
    note(before, "UPDATE_IN_PROGRESS", "");
    ResourceType handler = types.get(type);
    var wanted =
        new ResourceType.Wanted(
            stackId,
            before.logicalId(),
            type,
            properties,
            PhysicalNames.unique(stackId, before.logicalId()),
            updatePolicy);
    boolean replace = handler.replacedBy(changed(before.properties(), properties));
    if (replace) {
      note(
          before,
          "UPDATE_IN_PROGRESS",
          "Requested update requires the creation of a new physical resource; hence creating one.");
    }
    ResourceType.Made made =
        replace
            ? handler.create(wanted)
            : handler.update(wanted, before.physicalId(), before.properties());
    boolean replaced = !made.physicalId().equals(before.physicalId());
    done.push(new Step(before.logicalId(), before, replaced));
    note(
        resource(before.logicalId(), type, made.physicalId(), made.attributes(), properties),
        "UPDATE_COMPLETE",
        "");
  }

  static java.util.Set<String> changed(JsonNode before, JsonNode after) {
    var names = new TreeSet<String>();
    before.fieldNames().forEachRemaining(names::add);
    after.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> before.path(name).equals(after.path(name)));
    return names;
  }

  private void finish(Deployment deployment) {
    var outputs = new ArrayList<StackRecord.Output>();
    var intrinsics = new Intrinsics(scope);
    for (var entry : template.section("Outputs").properties()) {
      JsonNode declared = entry.getValue();
      if (!scope.includes(declared)) {
        continue;
      }
      JsonNode export = declared.path("Export").path("Name");
      outputs.add(
          new StackRecord.Output(
              entry.getKey(),
              Intrinsics.text(intrinsics.resolve(declared.path("Value"))),
              declared.path("Description").asText(""),
              export.isMissingNode() ? null : Intrinsics.text(intrinsics.resolve(export))));
    }
    records.change(stackId, s -> s.withTemplate(deployment, outputs));
  }

  /// After an update: deletes what was replaced, and what the new template no longer has.
  private void cleanUp() {
    for (Step step : done) {
      if (step.replaced()
          && step.before() != null
          && !isRetained(step.logicalId(), "UpdateReplacePolicy")) {
        deletePhysical(step.before());
      }
    }
    var gone = new ArrayList<>(records.get(stackId).resources().values());
    for (StackRecord.Resource resource : gone.reversed()) {
      JsonNode declared = template.resource(resource.logicalId());
      if (declared.isMissingNode() || !scope.includes(declared)) {
        deleteOne(resource);
      }
    }
  }

  private boolean undo() {
    boolean clean = true;
    while (!done.isEmpty()) {
      Step step = done.pop();
      StackRecord.Resource now = records.get(stackId).resources().get(step.logicalId());
      if (now == null) {
        continue;
      }
      if (step.before() == null) {
        clean &= deleteOne(now);
      } else {
        clean &= putBack(step, now, step.before());
      }
    }
    dropNeverMade();
    return clean;
  }

  private boolean putBack(Step step, StackRecord.Resource now, StackRecord.Resource before) {
    note(now, "UPDATE_IN_PROGRESS", "");
    try {
      if (step.replaced()) {
        deletePhysical(now);
      } else {
        var wanted = wanted(before.logicalId(), before.type(), before.properties());
        types.get(before.type()).update(wanted, before.physicalId(), now.properties());
      }
      note(before, "UPDATE_COMPLETE", "");
      return true;
    } catch (RuntimeException failure) {
      note(now, "UPDATE_FAILED", message(failure));
      return false;
    }
  }

  /// A resource whose creation failed has no physical id: nothing is there to delete.
  private void dropNeverMade() {
    for (StackRecord.Resource resource : List.copyOf(records.get(stackId).resources().values())) {
      if (resource.physicalId().isEmpty()) {
        records.resourceGone(stackId, resource.logicalId());
      }
    }
  }

  private boolean deleteOne(StackRecord.Resource resource) {
    note(resource, "DELETE_IN_PROGRESS", "");
    try {
      if (!resource.physicalId().isEmpty()) {
        deletePhysical(resource);
      }
      note(resource, "DELETE_COMPLETE", "");
      records.resourceGone(stackId, resource.logicalId());
      return true;
    } catch (RuntimeException failure) {
      note(resource, "DELETE_FAILED", message(failure));
      return false;
    }
  }

  private void deletePhysical(StackRecord.Resource resource) {
    var wanted = wanted(resource.logicalId(), resource.type(), resource.properties());
    try {
      types.get(resource.type()).delete(wanted, resource.physicalId());
    } catch (AwsFailure failure) {
      if (failure.status() != 404
          && !failure.code().contains("NotFound")
          && !failure.code().contains("NonExistent")) {
        throw failure;
      }
    }
  }

  private boolean isRetained(String logicalId, String policy) {
    return template.resource(logicalId).path(policy).asText().startsWith("Retain");
  }

  private StackRecord.Resource resource(
      String logicalId,
      String type,
      String physicalId,
      Map<String, String> attributes,
      @Nullable JsonNode properties) {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    return new StackRecord.Resource(
        logicalId,
        type,
        physicalId,
        "",
        "",
        clock.instant(),
        properties == null ? none : properties,
        attributes);
  }

  private void note(StackRecord.Resource r, String status, String reason) {
    records.resource(
        stackId,
        new StackRecord.Resource(
            r.logicalId(),
            r.type(),
            r.physicalId(),
            status,
            reason,
            clock.instant(),
            r.properties(),
            r.attributes()));
  }

  private ResourceType.Wanted wanted(String logicalId, String type, JsonNode properties) {
    return new ResourceType.Wanted(
        stackId,
        logicalId,
        type,
        properties,
        PhysicalNames.unique(stackId, logicalId),
        MissingNode.getInstance());
  }

  private String rollbackReason(String what) {
    var failed =
        records.events(stackId).stream()
            .filter(e -> e.status().endsWith("_FAILED") && !e.logicalId().equals(e.stackName()))
            .findFirst()
            .map(StackRecords.Event::logicalId);
    return "The following resource(s) failed to "
        + (what.equals("update") ? "update" : "create")
        + ": ["
        + failed.orElse("")
        + "]. Rollback requested by user.";
  }

  static String message(RuntimeException failure) {
    return failure instanceof AwsFailure aws
        ? aws.message() + " (" + aws.code() + ")"
        : String.valueOf(failure);
  }
}
