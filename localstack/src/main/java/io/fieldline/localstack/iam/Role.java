// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iam;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A role as it is kept.
///
/// @param trustPolicy JSON: who may assume it
/// @param inline policy name to JSON
/// @param managed ARNs of attached policies
record Role(
    String name,
    String path,
    String id,
    Instant createdAt,
    String description,
    String trustPolicy,
    int maxSessionSeconds,
    Map<String, String> inline,
    Set<String> managed,
    Map<String, String> tags) {

  Role withTrust(String policy) {
    return new Role(
        name, path, id, createdAt, description, policy, maxSessionSeconds, inline, managed, tags);
  }

  Role withDescription(String text, int sessionSeconds) {
    return new Role(
        name, path, id, createdAt, text, trustPolicy, sessionSeconds, inline, managed, tags);
  }

  Role withInline(String policyName, String json) {
    var more = new TreeMap<>(inline);
    more.put(policyName, json);
    return copy(more, managed, tags);
  }

  Role withoutInline(String policyName) {
    var less = new TreeMap<>(inline);
    less.remove(policyName);
    return copy(less, managed, tags);
  }

  Role attached(String arn) {
    var more = new TreeSet<>(managed);
    more.add(arn);
    return copy(inline, more, tags);
  }

  Role detached(String arn) {
    var less = new TreeSet<>(managed);
    less.remove(arn);
    return copy(inline, less, tags);
  }

  Role tagged(Map<String, String> added, List<String> removed) {
    var result = new TreeMap<>(tags);
    result.putAll(added);
    removed.forEach(result::remove);
    return copy(inline, managed, result);
  }

  private Role copy(Map<String, String> inlined, Set<String> attached, Map<String, String> tagged) {
    return new Role(
        name,
        path,
        id,
        createdAt,
        description,
        trustPolicy,
        maxSessionSeconds,
        inlined,
        attached,
        tagged);
  }
}
