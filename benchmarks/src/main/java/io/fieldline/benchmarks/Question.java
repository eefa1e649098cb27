// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

/// One question about speed or size, answered by measuring the real programs.
interface Question {
  /// Names the question on the command line, and its result file.
  String name();

  /// The question, as a reader would ask it.
  String text();

  /// How it is measured, for the result file.
  String how();

  /// The option that says how often to measure.
  default String rounds() {
    return "--rounds";
  }

  void measure(Workplace at, Report report) throws Exception;
}
