// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import io.fieldline.localstack.api.Principal;
import java.util.List;
import java.util.Map;

/// What is asked: may this principal do this action on this resource, in this context?
///
/// @param context condition keys and policy variables, such as {@code aws:SourceArn} or {@code
///   iot:ClientId}, each with its values; names are compared without case
public record PolicyRequest(
    Principal principal, String action, String resource, Map<String, List<String>> context) {
  List<String> values(String key) {
    List<String> exact = context.get(key);
    if (exact != null) {
      return exact;
    }
    for (var entry : context.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(key)) {
        return entry.getValue();
      }
    }
    return List.of();
  }
}
