// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import java.util.Map;
import java.util.TreeMap;

/// A function that says in its log what it was called with.
public final class RecordingFunction {
  /// The handler.
  public String handle(Map<String, Object> event) {
    System.out.println("called with " + new TreeMap<>(event));
    return "done";
  }
}
