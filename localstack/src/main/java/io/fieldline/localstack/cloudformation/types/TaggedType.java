// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.cloudformation.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A type that gives tags to what it makes, and changes them by calls of their own.
///
/// @param type makes the resource with its tags
/// @param tags takes tags away and gives others
record TaggedType(ResourceType type, Retag tags) implements ResourceType {
  /// Changes the tags of a resource that is there.
  @FunctionalInterface
  interface Retag {
    void apply(Made resource, List<String> gone, Map<String, String> wanted);
  }

  /// A type that sees to the tags in its own update.
  static TaggedType byItself(ResourceType type) {
    return new TaggedType(type, (_, _, _) -> {});
  }

  @Override
  public Made create(Wanted wanted) {
    return type.create(wanted);
  }

  @Override
  public Made update(Wanted wanted, String physicalId, JsonNode oldProperties) {
    Made made = type.update(wanted, physicalId, oldProperties);
    JsonNode now = wanted.properties().path("Tags");
    JsonNode before = oldProperties.path("Tags");
    if (!now.equals(before)) {
      tags.apply(made, MessagingTypes.removedTags(now, before), MessagingTypes.tags(now));
    }
    return made;
  }

  @Override
  public void delete(Wanted wanted, String physicalId) {
    type.delete(wanted, physicalId);
  }

  @Override
  public boolean replacedBy(Set<String> changedProperties) {
    var changed = new TreeSet<>(changedProperties);
    changed.remove("Tags");
    return !changed.isEmpty() && type.replacedBy(changed);
  }

  @Override
  public boolean isTagged() {
    return true;
  }
}
