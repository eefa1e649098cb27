// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/// Knows how to make, change and delete one type of resource, by ordinary calls as the current
/// caller.
public interface ResourceType {
  /// What a resource is known by afterwards: its Ref, and what Fn::GetAtt can ask.
  record Made(String physicalId, Map<String, String> attributes) {
    public Made {
      attributes = Map.copyOf(attributes);
    }
  }

  /// What is wanted.
  ///
  /// @param properties with every intrinsic function resolved
  /// @param uniqueName a physical name for a resource that was not given one
  /// @param updatePolicy the attribute of that name, resolved; missing where there is none, and
  ///   whenever a resource is put back
  record Wanted(
      String stackId,
      String logicalId,
      String type,
      JsonNode properties,
      String uniqueName,
      JsonNode updatePolicy) {}

  Made create(Wanted wanted);

  /// Changes the resource in place. Not called where {@link #replacedBy} says that it must be
  /// replaced.
  Made update(Wanted wanted, String physicalId, JsonNode oldProperties);

  void delete(Wanted wanted, String physicalId);

  /// Whether a change of these properties makes a new resource.
  boolean replacedBy(Set<String> changedProperties);

  /// Whether what it makes has tags, which are a list of Key and Value in its property `Tags`: it
  /// then gets the stack's, too.
  default boolean isTagged() {
    return false;
  }
}
