// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A function that tells how many nanoseconds passed inside it. It is put into a zip by itself and
/// must know no other class of ours.
public final class TrivialFunction {
  /// Called by Lambda's runtime.
  public void handle(InputStream event, OutputStream answer) throws IOException {
    long start = System.nanoTime();
    event.readAllBytes();
    String nanos = Long.toString(System.nanoTime() - start);
    answer.write(nanos.getBytes(StandardCharsets.UTF_8));
  }
}
