// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

final class SqlCost implements Question {
  private static final int FORKS = 3;

  @Override
  public String name() {
    return "iot-sql";
  }

  @Override
  public String text() {
    return "What does a rule's statement cost, and what do a thousand rules on other topics?";
  }

  @Override
  public String how() {
    return """
    JMH 1.37, one thread, three processes for each figure with three seconds of warming up; a sample is
    one second. The statement is `SELECT *, topic(2) AS thing, timestamp() AS at FROM
    'plant/+/telemetry' WHERE temperature > 20 AND unit = 'Cel'` on a payload of 1 KB, from its bytes
    to the bytes for the action. It is compared with Jackson (databind) parsing and writing the same
    bytes, which every rules engine would have to do; with itself behind an index that holds 999 rules
    on other topics; and its WHERE alone with event-ruler, the matcher of EventBridge, on the same two
    conditions. No open JavaScript evaluator of AWS IoT SQL could be installed: npm has none.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var options =
        new OptionsBuilder()
            .include(SqlEvaluation.class.getName())
            .forks(FORKS)
            .jvmArgs("-XX:+UseSerialGC", "-Xmx256m", "--sun-misc-unsafe-memory-access=allow")
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(at.rounds(5))
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    Map<String, Samples> perSecond = new TreeMap<>();
    for (RunResult result : new Runner(options).run()) {
      var name = result.getParams().getBenchmark();
      perSecond.put(name.substring(name.lastIndexOf('.') + 1), samples(result));
      report.yardstick().lay();
    }
    double sql = median(perSecond, "sql");
    double jackson = median(perSecond, "jacksonParseAndWrite");
    report.atMost("time of the statement / of Jackson", jackson / sql, 2, "times");
    report.atLeast("statements on one core", sql, 200_000, "a second");
    report.atMost(
        "time with a thousand rules / with one",
        median(perSecond, "oneRule") / median(perSecond, "thousandRules"),
        2,
        "times");
    report.ratio(
        "WHERE / event-ruler, time", median(perSecond, "eventRuler") / median(perSecond, "where"));
    perSecond.forEach((name, samples) -> report.figure(name, "a second", samples));
  }

  private static double median(Map<String, Samples> all, String name) {
    var samples = all.get(name);
    if (samples == null) {
      throw new IllegalStateException("JMH measured " + all.keySet() + ", not " + name);
    }
    return samples.median();
  }

  private static Samples samples(RunResult result) {
    var samples = new Samples();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        samples.add(iteration.getPrimaryResult().getScore());
      }
    }
    return samples;
  }
}
