// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.json.JsonText;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The reported part of a shadow out of three: what device and cloud had agreed on, what the device
/// says now, and what the cloud has now.
///
/// What the device says stands: nobody else knows how it is. What it said before and says no more
/// goes, whoever changed it since; what it never said is somebody else's and stays. Objects are
/// merged by their members; lists, as shadows have it, as a whole. Objects without members count as
/// nothing.
final class ShadowMerge {
  private ShadowMerge() {}

  /// What the cloud is to have.
  ///
  /// @param base what the device had said when both last agreed
  static Map<String, Object> merge(
      Map<String, Object> base, Map<String, Object> local, Map<String, Object> remote) {
    Map<String, Object> merged = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>(remote.keySet());
    names.addAll(local.keySet());
    for (String name : names) {
      merged(base.get(name), local.get(name), remote.get(name))
          .ifPresent(value -> merged.put(name, value));
    }
    return merged;
  }

  private static Optional<Object> merged(
      @Nullable Object base, @Nullable Object local, @Nullable Object remote) {
    Optional<Map<String, Object>> ours = JsonText.object(local);
    Optional<Map<String, Object>> theirs = JsonText.object(remote);
    boolean deep = ours.isPresent() || (local == null && JsonText.object(base).isPresent());
    if (theirs.isPresent() && deep) {
      Map<String, Object> inner =
          merge(JsonText.object(base).orElse(Map.of()), ours.orElse(Map.of()), theirs.get());
      return inner.isEmpty() ? Optional.empty() : Optional.of(inner);
    }
    if (local != null) {
      return ours.filter(Map::isEmpty).isPresent() ? Optional.empty() : Optional.of(local);
    }
    boolean own = base != null && JsonText.object(base).isEmpty() && theirs.isEmpty();
    return own ? Optional.empty() : Optional.ofNullable(remote);
  }

  /// The same without objects that hold nothing.
  static Map<String, Object> pruned(Map<String, Object> document) {
    Map<String, Object> pruned = new LinkedHashMap<>();
    document.forEach((name, value) -> {
      if (!isNothing(value)) {
        Optional<Map<String, Object>> inner = JsonText.object(value);
        pruned.put(name, inner.isPresent() ? pruned(inner.get()) : value);
      }
    });
    return pruned;
  }

  /// The update that makes one into the other, by the shadow service's rules: null takes away.
  static Map<String, Object> patch(Map<String, Object> from, Map<String, Object> to) {
    Map<String, Object> patch = new LinkedHashMap<>();
    from.forEach((name, value) -> {
      if (!to.containsKey(name) && !isNothing(value)) {
        patch.put(name, JsonText.NULL);
      }
    });
    to.forEach((name, value) -> {
      @Nullable Object before = from.get(name);
      Optional<Map<String, Object>> inner = JsonText.object(value);
      Optional<Map<String, Object>> innerBefore = JsonText.object(before);
      if (inner.isPresent() && innerBefore.isPresent()) {
        Map<String, Object> deeper = patch(innerBefore.get(), inner.get());
        if (!deeper.isEmpty()) {
          patch.put(name, deeper);
        }
      } else if (!same(value, before)) {
        patch.put(name, value);
      }
    });
    return patch;
  }

  /// What an accepted update made of a document. Source: AWS IoT Core Developer Guide, "Device
  /// Shadow service documents".
  static Map<String, Object> patched(Map<String, Object> document, Map<String, Object> patch) {
    Map<String, Object> patched = new LinkedHashMap<>(document);
    patch.forEach((name, value) -> {
      Optional<Map<String, Object>> inner = JsonText.object(value);
      if (value == JsonText.NULL) {
        patched.remove(name);
      } else if (inner.isPresent()) {
        patched.put(
            name, patched(JsonText.object(patched.get(name)).orElse(Map.of()), inner.get()));
      } else {
        patched.put(name, value);
      }
    });
    return patched;
  }

  private static boolean isNothing(Object value) {
    return JsonText.object(value)
        .map(members -> members.values().stream().allMatch(ShadowMerge::isNothing))
        .orElse(false);
  }

  /// Whether two values are the same, as JSON has it: 1 is 1.0.
  static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Number && other instanceof Number) {
      return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
    }
    if (one instanceof List<?> some && other instanceof List<?> others) {
      if (some.size() != others.size()) {
        return false;
      }
      for (int i = 0; i < some.size(); i++) {
        if (!same(some.get(i), others.get(i))) {
          return false;
        }
      }
      return true;
    }
    Optional<Map<String, Object>> members = JsonText.object(one);
    Optional<Map<String, Object>> otherMembers = JsonText.object(other);
    if (members.isPresent() && otherMembers.isPresent()) {
      return members.get().keySet().equals(otherMembers.get().keySet())
          && members.get().entrySet().stream()
              .allMatch(each -> same(each.getValue(), otherMembers.get().get(each.getKey())));
    }
    return one != null && one.equals(other);
  }
}
