// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The command line of a person at the device. Exit status: 0 done, 1 not done, 2 wrong arguments.
public final class AgentCtl {
  /// The configuration of the packaged agent.
  public static final Path PACKAGED = Path.of("/etc/fieldline/agent.yaml");

  private static final int NOT_DONE = 1;
  private static final int WRONG_ARGUMENTS = 2;

  private final PrintStream out;
  private final PrintStream err;

  /// Prints there.
  public AgentCtl(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// What it can be told.
  public static String usage() {
    var usage = new StringBuilder();
    usage.append("usage: agentctl [--config FILE | --socket PATH] [--json] COMMAND\n\n");
    for (Subcommand each : Subcommand.values()) {
      usage.append("  %-44s %s%n".formatted(each.usage(), each.summary()));
    }
    usage.append("  %-44s %s%n".formatted("doctor", "looks for what is wrong (doctor --help)"));
    usage.append("\nThe agent is that of --config, of %s by default.%n".formatted(PACKAGED));
    return usage.toString();
  }

  /// Carries out what these words say; the exit status.
  public int run(List<String> words) {
    if (words.contains("--help")) {
      out.print(usage());
      return 0;
    }
    CommandLine line;
    try {
      line = CommandLine.parse(words);
    } catch (ControlException e) {
      err.println("agentctl: " + e.getMessage());
      return WRONG_ARGUMENTS;
    }
    try {
      call(line, socket(line), Answer.of(line, out));
      return 0;
    } catch (ControlException e) {
      err.println("agentctl: " + e.getMessage());
    } catch (IOException e) {
      err.println("agentctl: " + e);
    }
    return NOT_DONE;
  }

  private static Path socket(CommandLine line) throws ControlException {
    if (line.socket().isPresent()) {
      return Path.of(line.socket().get());
    }
    Path config = line.config().map(Path::of).orElse(PACKAGED);
    try {
      Optional<Path> socket = ConfigFile.control(config);
      return socket.orElseThrow(
          () -> new ControlException(config + ": control.enabled is false: no agent listens"));
    } catch (ConfigException e) {
      throw new ControlException(
          e.getMessage() + " (--config FILE or --socket PATH says where the agent is)");
    }
  }

  private static void call(CommandLine line, Path socket, Answer answer)
      throws ControlException, IOException {
    try (SocketChannel channel = connected(socket);
        var in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
      Map<String, Object> request =
          Map.of("command", line.subcommand().words(), "arguments", line.arguments());
      Channels.newOutputStream(channel)
          .write((JsonText.write(request) + "\n").getBytes(StandardCharsets.UTF_8));
      boolean done = false;
      for (String text = in.readLine(); text != null && !done; text = done ? text : in.readLine()) {
        done = take(text, answer);
      }
      if (!done) {
        throw new ControlException("the agent ended the call before its answer was whole");
      }
    }
  }

  /// True if it was the last line.
  private static boolean take(String text, Answer answer) throws ControlException, IOException {
    Map<String, Object> line;
    try {
      line = JsonText.parseObject(text);
    } catch (JsonSyntaxException e) {
      throw new ControlException("no agent answers there, but: " + text);
    }
    if (line.get("error") instanceof String error) {
      throw new ControlException(error);
    }
    Optional<Map<String, Object>> item = JsonText.object(line.get("item"));
    if (item.isPresent()) {
      answer.item(item.get());
      return false;
    }
    answer.done(JsonText.object(line.get("done")).orElse(Map.of()));
    return true;
  }

  private static SocketChannel connected(Path socket) throws ControlException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new ControlException(socket + ": " + explained(socket, String.valueOf(e.getMessage())));
    }
  }

  private static String explained(Path socket, String cause) {
    if (cause.contains("Permission denied")) {
      return "no permission: only the agent's user and its group may call it (sudo, or adduser"
          + " <you> <the group>)";
    }
    if (cause.contains("refused")) {
      return "no agent runs: its socket was left behind when it was killed";
    }
    if (!Files.exists(socket)) {
      return "no agent runs here: its socket is not there";
    }
    return cause;
  }
}
