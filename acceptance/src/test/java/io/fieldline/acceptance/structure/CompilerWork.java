// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.structure;

import java.time.Duration;
import java.util.Objects;
import javax.tools.ToolProvider;

/// A program of a known size: compiles a file and prints the processor time that its process took,
/// in milliseconds. Nothing of ours is in it but this class.
final class CompilerWork {
  private CompilerWork() {}

  public static void main(String[] arguments) {
    var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    if (compiler.run(null, null, null, arguments) != 0) {
      throw new IllegalStateException("not compiled");
    }
    var taken = ProcessHandle.current().info().totalCpuDuration();
    System.out.println(taken.map(Duration::toMillis).orElseThrow());
  }
}
