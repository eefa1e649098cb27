// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;

final class Charts implements Question {
  private static final int POINTS = 100_000;
  private static final int FEW_POINTS = 1_000;
  private static final int CHARTS = 20;
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMinutes(2);
  private static final Duration BUILT = Duration.ofMinutes(2);
  private static final int HEAP_SAMPLES = 10;

  @Override
  public String name() {
    return "charts";
  }

  @Override
  public String text() {
    return "How soon does the app draw 100,000 points, and does a page of 20 live charts grow?";
  }

  @Override
  public String how() {
    return """
    The app's own chart, built as the app is, in Debian's chromium without a window (`web/bench/charts.mjs`). Drawing: from when the
    chart is given its points until the frame after the line was drawn, which waits for the display's frames: a
    chart of 1,000 points tells how much that is. Growth: 20 charts, each of an hour at one reading a second, that
    get a reading each second as on the live path, for 2 minutes, with `--full` for 10; the JavaScript heap after a collection
    is taken ten times, the growth is the median of the last three over that of the first three.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(20);
    report.yardstick().lay();
    Samples many = drawn(at, POINTS, rounds);
    report.yardstick().lay();
    Samples few = drawn(at, FEW_POINTS, rounds);
    Duration watched = at.full() ? LONG : SHORT;
    var heap = new Samples();
    double busy;
    try (var page = script(at, "run", CHARTS, watched.toSeconds())) {
      for (int i = 0; i < HEAP_SAMPLES; i++) {
        heap.add(figure(page.line("heap " + i + " ", watched)));
        report.yardstick().lay();
      }
      busy = figure(page.line("busy ", BUILT));
    }
    double growth = median(heap, HEAP_SAMPLES - 3) - median(heap, 0);
    report.atMost("100,000 points drawn, median", many.median(), 100, "ms");
    report.atMost("growth of 20 charts in " + watched.toMinutes() + " minutes", growth, 1, "MiB");
    report.ratio("100,000 points / 1,000 points", many.median() / few.median());
    report.figure("100,000 points drawn", "ms", many);
    report.figure("1,000 points drawn", "ms", few);
    report.figure("JavaScript heap of 20 charts", "MiB", heap);
    report.figure("20 charts at one reading a second", "% of a core", busy);
  }

  private static Samples drawn(Workplace at, int points, int rounds) throws Exception {
    var drawn = new Samples();
    try (var page = script(at, "draw", points, rounds)) {
      for (int i = 0; i < rounds; i++) {
        drawn.add(figure(page.line("draw " + i + " ", BUILT)));
      }
    }
    return drawn;
  }

  private static Program script(Workplace at, String what, long first, long second) {
    return Program.start(
        at.root().resolve("web"),
        Map.of(),
        List.of("node", "bench/charts.mjs", what, Long.toString(first), Long.toString(second)));
  }

  private static double figure(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }

  private static double median(Samples samples, int from) {
    var some = new Samples();
    samples.all().subList(from, from + 3).forEach(some::add);
    return some.median();
  }
}
