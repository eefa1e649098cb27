// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.log;

import io.fieldline.lambdas.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Logger;

/// What a class logs in this thread, as a function's log has it, until it is closed.
public final class LoggedLines implements AutoCloseable {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Handler handler = new JsonLines(new PrintStream(out, true, StandardCharsets.UTF_8));
  // Held, so that its handler is not collected with it.
  private final Logger under;

  public LoggedLines(Class<?> of) {
    long own = Thread.currentThread().threadId();
    handler.setFilter(record -> record.getLongThreadID() == own);
    under = Logger.getLogger(of.getName());
    under.addHandler(handler);
  }

  /// The lines so far.
  public List<JsonObject> all() throws IOException {
    var lines = new ArrayList<JsonObject>();
    for (var line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(JsonObject.parse(line));
    }
    return lines;
  }

  /// How much of a metric the lines measure.
  public long sum(String metric) throws IOException {
    long sum = 0;
    for (var line : all()) {
      sum += line.has(metric) ? line.whole(metric) : 0;
    }
    return sum;
  }

  @Override
  public void close() {
    under.removeHandler(handler);
  }
}
