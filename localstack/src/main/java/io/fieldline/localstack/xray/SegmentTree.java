// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.xray;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Puts subsegments that came by themselves into their parents.
final class SegmentTree {
  private SegmentTree() {}

  /// @param sorted by their beginning, so that parents come before their parts
  /// @return the segments; and the subsegments whose parent has not come
  static List<ObjectNode> of(List<SegmentDocument> sorted) {
    Map<String, ObjectNode> byId = new HashMap<>();
    sorted.forEach(s -> byId.put(s.id(), s.json().deepCopy()));
    var roots = new ArrayList<ObjectNode>();
    for (SegmentDocument document : sorted) {
      ObjectNode node = byId.get(document.id());
      ObjectNode parent = byId.get(document.json().path("parent_id").asText());
      if (document.isSubsegment() && parent != null && node != null) {
        parent.withArray("subsegments").add(node);
      } else if (node != null) {
        roots.add(node);
      }
    }
    return roots;
  }
}
