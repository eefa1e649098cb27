// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Policies parsed once, by their text: a decision is made at every call, a policy changes seldom.
public final class ParsedPolicies {
  private static final int MOST = 1_000;

  private final Map<String, PolicyDocument> byText = new ConcurrentHashMap<>();

  /// @throws MalformedPolicyException saying what is wrong and where
  public PolicyDocument of(String json) {
    PolicyDocument known = byText.get(json);
    if (known != null) {
      return known;
    }
    PolicyDocument parsed = PolicyDocument.parse(json);
    if (byText.size() >= MOST) {
      byText.clear();
    }
    byText.put(json, parsed);
    return parsed;
  }
}
