// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

final class FirstChart implements Question {
  private static final String DEVICE = "first-chart";
  private static final int MINUTES = 14;
  private static final Duration OPENED = Duration.ofMinutes(2);
  private static final String LISTEN =
      "tcp: {listen: \"127.0.0.1:0\"}\nmachine: {enabled: false}\n";

  @Override
  public String name() {
    return "first-chart";
  }

  @Override
  public String text() {
    return "How soon does somebody who opens a device see its first chart?";
  }

  @Override
  public String how() {
    return """
    Our template is deployed by the real `cdk`; `./fieldline agent` has sent 14 minutes of four sensors at one reading a second. Somebody signed in
    (Debian's chromium without a window, `web/bench/first-chart.mjs`) opens the device's address, whose range is 15 minutes. The figure is the time from the
    start of the navigation until the frame after the first line was drawn: the app with all that the page fetches, the calls of the API (device, series) and the
    drawing. In turn: with nothing that the browser has kept, with what it has kept, and by a press of the device's name in the list. One
    opening before does not count. Everything (browser, agent, stack, functions) shares the machine.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(10);
    var empty = new Samples();
    var kept = new Samples();
    var chosen = new Samples();
    try (var stack = new Stack(at, Optional.of(at.folder().resolve("data")))) {
      var deployment = new Deployment(at, stack, "app");
      deployment.deploy();
      try (var signIn = new SignIn(stack, deployment)) {
        signIn.token();
        Device device =
            Device.registered(
                stack,
                DEVICE,
                at.folder().resolve(DEVICE),
                List.of("fieldline-dev-device-data", "fieldline-dev-device-shadow"));
        try (Agent agent = new Agent(at, device, "localhost:" + stack.mqttPort(), LISTEN)) {
          agent.connected();
          send(agent.tcpPort());
          URI app = signIn.local(deployment.output("AppUrl"));
          try (var page = browser(at, app, rounds)) {
            for (int i = 0; i < rounds; i++) {
              empty.add(figure(page.line("empty " + i + " ", OPENED)));
              kept.add(figure(page.line("kept " + i + " ", OPENED)));
              chosen.add(figure(page.line("chosen " + i + " ", OPENED)));
              report.yardstick().lay();
            }
          }
        }
      }
    }
    report.atMost("first chart, nothing kept, median", empty.median(), 1_000, "ms");
    report.ratio("nothing kept / kept by the browser", empty.median() / kept.median());
    report.figure("first chart, nothing kept", "ms", empty);
    report.figure("first chart, kept by the browser", "ms", kept);
    report.figure("first chart, pressed in the list", "ms", chosen);
  }

  private static Program browser(Workplace at, URI app, int rounds) {
    return Program.start(
        at.root().resolve("web"),
        Map.of(),
        List.of(
            "node",
            "bench/first-chart.mjs",
            app.toString(),
            SignIn.email("viewer"),
            SignIn.PASSWORD,
            DEVICE,
            Integer.toString(rounds)));
  }

  private static void send(int port) throws IOException {
    long firstMs = System.currentTimeMillis() - Duration.ofMinutes(MINUTES).toMillis();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var answers =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      for (int minute = 0; minute < MINUTES; minute++) {
        var line = new StringJoiner(" ", "", "\n");
        for (int second = 0; second < 60; second++) {
          long index = minute * 60L + second;
          for (String sensor : List.of("inlet", "outlet", "room", "roof")) {
            double value = 20 + 5 * Math.sin((index + sensor.length() * 40) / 60.0);
            line.add(
                String.format(
                    Locale.ROOT, "%s=%.2f Cel @%d", sensor, value, firstMs + index * 1_000));
          }
        }
        socket.getOutputStream().write(line.toString().getBytes(StandardCharsets.US_ASCII));
        String answer = answers.readLine();
        if (!"ok 240".equals(answer)) {
          throw new IOException("expected ok 240, got " + answer);
        }
      }
    }
  }

  private static double figure(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
