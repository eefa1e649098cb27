// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

final class AgentSteady implements Question {
  private static final long LIMIT_NANOS = 120_000_000_000L;
  private static final int RATE = 1_000;
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int SHORT_SAMPLES = 18;
  private static final int SHORT_WARM_UP_SAMPLES = 12;
  private static final int SAMPLES = 360;
  private static final int WARM_UP_SAMPLES = 30;
  private static final double HOURS = EVERY.toSeconds() / 3600.0;

  @Override
  public String name() {
    return "agent-steady";
  }

  @Override
  public String text() {
    return "What do 1,000 readings a second cost the agent, and does its memory grow?";
  }

  @Override
  public String how() {
    return """
    The image of `./fieldline agent package` takes 1,000 readings a second by TCP, ten at a time, each ten on the disk
    before they are acknowledged, and publishes them to our MQTT core by mutual TLS: with `--full` for an hour after a
    warm-up of 5 minutes, else for 3 minutes after 2. Rss of `smaps_rollup` every 10 s, in the warm-up, too; the slope is
    that of the least squares' line through the samples after it. Processor time is the process's own, after it.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    var certificates = Certificates.made(at.folder().resolve("certificates"));
    var peer =
        new FieldlinePeer(AgentPackage.made(at, "0"), certificates, FieldlinePeer.NO_SENSORS);
    List<Double> warm = new ArrayList<>();
    List<Double> warmAnonymous = new ArrayList<>();
    var resident = new Samples();
    double cpuPercent;
    int sent;
    Cloud.Taken taken;
    try (var cloud = new Cloud(certificates);
        var running = peer.start(at.folder().resolve("agent"), cloud.port());
        var feed = running.inputs().getFirst().feed()) {
      cloud.connected(LIMIT_NANOS);
      int warmUp = at.full() ? WARM_UP_SAMPLES : SHORT_WARM_UP_SAMPLES;
      for (int i = 0; i < warmUp; i++) {
        feed.send(RATE, EVERY);
        resident.add(running.program().residentMiB());
      }
      double cpu = running.program().cpuSeconds();
      long began = System.nanoTime();
      for (int i = 0; i < (at.full() ? SAMPLES : SHORT_SAMPLES); i++) {
        feed.send(RATE, EVERY);
        double now = running.program().residentMiB();
        resident.add(now);
        warm.add(now);
        warmAnonymous.add(running.program().anonymousMiB());
      }
      cpuPercent = (running.program().cpuSeconds() - cpu) * 1e11 / (System.nanoTime() - began);
      sent = feed.count();
      cloud.until(sent, 8, 60);
      taken = cloud.taken();
    }
    report.atMost("resident, largest", resident.max(), 80, "MiB");
    report.atMost("growth of it", slope(warm) / HOURS, 0.5, "MiB an hour");
    report.atMost("processor", cpuPercent, 6, "% of a core");
    report.atMost("acknowledged and not come", (double) sent - taken.distinct(), 0, "readings");
    report.ratio("readings that came / acknowledged", (double) taken.readings() / sent);
    report.figure("resident", "MiB", resident);
    report.figure("growth of what is no file's", "MiB an hour", slope(warmAnonymous) / HOURS);
    report.figure("processor", "% of a core", cpuPercent);
    report.figure("acknowledged", "readings", sent);
    report.figure("publishes", "", taken.publishes());
  }

  /// Of the least squares' line, a sample.
  private static double slope(List<Double> values) {
    double meanX = (values.size() - 1) / 2.0;
    double meanY = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double products = 0;
    double squares = 0;
    for (int x = 0; x < values.size(); x++) {
      products += (x - meanX) * (values.get(x) - meanY);
      squares += (x - meanX) * (x - meanX);
    }
    return products / squares;
  }
}
