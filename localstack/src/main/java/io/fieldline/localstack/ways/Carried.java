// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The steps of what takes no header along, such as a stream's records: by what AWS calls them.
/// Where they are many, the oldest are not known any more. Thread-safe.
public final class Carried {
  private static final int MOST = 5_000;

  private final Ways ways;
  private final Map<String, String> headers = new Latest();

  Carried(Ways ways) {
    this.ways = ways;
  }

  /// @param id unique on this stack
  public void put(String id, Step step) {
    if (step.isOnWay()) {
      synchronized (headers) {
        headers.put(id, step.header());
      }
    }
  }

  public Optional<Step> find(String id) {
    String header;
    synchronized (headers) {
      header = headers.get(id);
    }
    return Optional.ofNullable(header).flatMap(ways::find);
  }

  private static final class Latest extends LinkedHashMap<String, String> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
      return size() > MOST;
    }
  }
}
