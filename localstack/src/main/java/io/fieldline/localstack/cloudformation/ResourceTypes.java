// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import io.fieldline.localstack.api.AwsFailure;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The types that this stack can make, by name.
public final class ResourceTypes {
  private final Map<String, ResourceType> types = new TreeMap<>();

  public void add(String name, ResourceType type) {
    if (types.put(name, type) != null) {
      throw new IllegalStateException(name + " is registered twice");
    }
  }

  boolean knows(String name) {
    return types.containsKey(name) || name.startsWith("Custom::");
  }

  ResourceType get(String name) {
    ResourceType type =
        types.get(name.startsWith("Custom::") ? "AWS::CloudFormation::CustomResource" : name);
    if (type == null) {
      throw AwsFailure.validationError(
          "Template format error: Unrecognized resource types: [" + name + "]");
    }
    return type;
  }

  public Set<String> names() {
    return types.keySet();
  }
}
