// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.doctor.Finding.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What was found so far; each finding is shown as it comes.
final class Findings {
  private final List<Finding> all = new ArrayList<>();
  private final Consumer<Finding> show;

  Findings(Consumer<Finding> show) {
    this.show = show;
  }

  /// What a finding means and what to do about it.
  record Advice(String meaning, String next) {}

  void ok(String step, String tried, String came) {
    add(new Finding(step, Verdict.OK, tried, came, "", ""));
  }

  void warning(String step, String tried, String came, Advice advice) {
    add(new Finding(step, Verdict.WARNING, tried, came, advice.meaning, advice.next));
  }

  void failed(String step, String tried, String came, Advice advice) {
    add(new Finding(step, Verdict.FAILED, tried, came, advice.meaning, advice.next));
  }

  void skipped(String step, String why) {
    add(new Finding(step, Verdict.SKIPPED, "not tried", why, "", ""));
  }

  private void add(Finding finding) {
    all.add(finding);
    show.accept(finding);
  }

  boolean hasFailed(String step) {
    return all.stream()
        .anyMatch(each -> each.step().equals(step) && each.verdict() == Verdict.FAILED);
  }

  List<Finding> all() {
    return List.copyOf(all);
  }
}
