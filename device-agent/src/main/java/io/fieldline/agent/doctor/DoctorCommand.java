// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.control.AgentCtl;
import io.fieldline.agent.doctor.Finding.Verdict;
import io.fieldline.agent.json.JsonText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// The command line of the doctor. Exit status: 0 nothing failed, 1 something did, 2 wrong
/// arguments.
public final class DoctorCommand {
  private static final String USAGE =
      """
      usage: doctor [--config FILE] [--take-over] [--json]

      Looks, step by step, for why the agent of that configuration does not work: configuration, folder, key,
      certificate, DNS, TCP, TLS, clock, MQTT connect, subscribe, publish (one reading of a sensor named %s).
        --take-over   connects although an agent of the thing runs, which loses its session for a moment
      """
          .formatted(MqttChecks.SENSOR);
  private static final int WRONG_ARGUMENTS = 2;

  private final PrintStream out;
  private final PrintStream err;
  private final Doctor.Options usual;
  private final Map<String, String> environment;

  /// Prints there.
  public DoctorCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
    this(out, err, Doctor.Options.USUAL, environment);
  }

  DoctorCommand(
      PrintStream out, PrintStream err, Doctor.Options usual, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.usual = usual;
    this.environment = environment;
  }

  /// Carries out what these words say; the exit status.
  public int run(List<String> words) {
    Path config = AgentCtl.PACKAGED;
    boolean takeOver = false;
    boolean json = false;
    Deque<String> left = new ArrayDeque<>(words);
    while (!left.isEmpty()) {
      String word = left.pop();
      switch (word) {
        case "--config" -> {
          if (left.isEmpty()) {
            err.print("doctor: --config: a file expected, got nothing\n");
            return WRONG_ARGUMENTS;
          }
          config = Path.of(left.pop());
        }
        case "--take-over" -> takeOver = true;
        case "--json" -> json = true;
        case "--help" -> {
          out.print(USAGE);
          return 0;
        }
        default -> {
          err.print("doctor: unexpected " + word + "\n" + USAGE);
          return WRONG_ARGUMENTS;
        }
      }
    }
    boolean asJson = json;
    var options = new Doctor.Options(usual.patience(), takeOver, usual.httpsPort());
    List<Finding> findings =
        new Doctor(options, Clock.systemUTC(), environment)
            .examine(
                config,
                finding ->
                    out.print(asJson ? JsonText.write(finding.document()) + "\n" : finding.text()));
    return findings.stream().anyMatch(each -> each.verdict() == Verdict.FAILED) ? 1 : 0;
  }
}
