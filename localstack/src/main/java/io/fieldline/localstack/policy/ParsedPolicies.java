// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Policies parsed once, by their text: a decision is made at every call, a policy changes seldom.
public final class ParsedPolicies {
  private static final int MOST = 1_000;

  private final Map<Named, PolicyDocument> byText = new ConcurrentHashMap<>();

  private record Named(String name, String json) {}

  /// @param name of the policy
  /// @throws MalformedPolicyException saying what is wrong and where
  public PolicyDocument of(String name, String json) {
    var named = new Named(name, json);
    PolicyDocument known = byText.get(named);
    if (known != null) {
      return known;
    }
    PolicyDocument parsed = PolicyDocument.parse(name, json);
    if (byText.size() >= MOST) {
      byText.clear();
    }
    byText.put(named, parsed);
    return parsed;
  }
}
