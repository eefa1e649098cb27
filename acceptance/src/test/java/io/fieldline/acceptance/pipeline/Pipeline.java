// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The pipeline of stage `dev` in a local stack of its own, put there by the unmodified `cdk
/// deploy`.
///
/// What is deployed is what was built: journeys do not build.
public final class Pipeline implements AutoCloseable {
  private static final Duration DEPLOYED_WITHIN = Duration.ofMinutes(3);

  private final Path root;
  private final Path folder;
  private final Map<String, String> outputs;
  private final Map<String, Person> people = new ConcurrentHashMap<>();
  private final Queue<Agent> agents = new ConcurrentLinkedQueue<>();
  private StackProcess stack;
  private AwsClients aws;

  private Pipeline(Path root, Path folder, StackProcess stack, Map<String, String> outputs) {
    this.root = root;
    this.folder = folder;
    this.stack = stack;
    this.outputs = outputs;
    this.aws = new AwsClients(stack.endpoint());
  }

  /// Starts a stack and deploys into it.
  public static Pipeline deploy() {
    try {
      Path root = Checkout.root();
      Path folder = Files.createTempDirectory("fieldline-pipeline");
      var stack = StackProcess.start(folder.resolve("stack"));
      try {
        return new Pipeline(root, folder, stack, deploy(root, folder, stack));
      } catch (AssertionError | IOException e) {
        stack.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> deploy(Path root, Path folder, StackProcess stack)
      throws IOException {
    Path written = folder.resolve("outputs.json");
    var deployed =
        cdk(
            root,
            folder,
            stack,
            "deploy",
            "--require-approval",
            "never",
            "--outputs-file",
            written.toString(),
            "--output",
            assembly(folder).toString());
    if (deployed.exitCode() != 0) {
      throw new AssertionError(deployed.output() + "\n" + stack.log());
    }
    var outputs = new HashMap<String, String>();
    new ObjectMapper()
        .readTree(written.toFile())
        .path("Fieldline-dev")
        .properties()
        .forEach(output -> outputs.put(output.getKey(), output.getValue().asText()));
    return outputs;
  }

  private static Program.Outcome cdk(
      Path root, Path folder, StackProcess stack, String... arguments) {
    Path infra = root.resolve("infra-cdk");
    var command = new ArrayList<>(List.of(infra.resolve("node_modules/.bin/cdk").toString()));
    command.addAll(List.of(arguments));
    return Program.run(infra, environment(folder, stack), DEPLOYED_WITHIN, command);
  }

  private static Path assembly(Path folder) {
    return folder.resolve("out");
  }

  private static Map<String, String> environment(Path folder, StackProcess stack) {
    var environment = new LinkedHashMap<String, String>();
    environment.put("AWS_ENDPOINT_URL", stack.endpoint().toString());
    environment.put("AWS_ACCESS_KEY_ID", "test");
    environment.put("AWS_SECRET_ACCESS_KEY", "test");
    environment.put("AWS_REGION", "us-east-1");
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("CI", "true");
    environment.put("CDK_DISABLE_CLI_TELEMETRY", "1");
    environment.put("CDK_HOME", folder.resolve("cdk").toString());
    environment.put("FIELDLINE_BUILT", "1");
    // The template's own rules are checked once, in infra-cdk: they take longer than a deployment.
    environment.put("CDK_VALIDATION", "false");
    return environment;
  }

  /// Deploys our app, as it is built, with this of its context changed.
  public Program.Outcome deploy(String context) {
    String out = folder.resolve("changed").toString();
    return cdk("deploy", "--require-approval", "never", "-c", context, "--output", out);
  }

  /// Runs the `cdk` command line on what was deployed first, which is not synthesized again: that
  /// two runs synthesize the same is proved in infra-cdk.
  public Program.Outcome cdkOnDeployed(String... arguments) {
    var command = new ArrayList<>(List.of(arguments));
    command.addAll(List.of("--app", assembly(folder).toString()));
    return cdk(command.toArray(String[]::new));
  }

  private Program.Outcome cdk(String... arguments) {
    return cdk(root, folder, stack, arguments);
  }

  /// Runs the `aws` command line against the stack.
  public Program.Outcome aws(String... arguments) {
    var command = new ArrayList<>(List.of("/usr/bin/aws", "--endpoint-url", endpoint().toString()));
    command.addAll(List.of(arguments));
    return Program.run(folder, environment(), Duration.ofSeconds(60), command);
  }

  /// What a program needs to find the stack.
  public Map<String, String> environment() {
    return environment(folder, stack);
  }

  /// The checkout.
  public Path root() {
    return root;
  }

  public URI endpoint() {
    return stack.endpoint();
  }

  public int mqttPort() {
    return stack.mqttPort();
  }

  /// What the local stack said.
  public String log() {
    return stack.log();
  }

  /// The local stack's process.
  public long stackPid() {
    return stack.pid();
  }

  /// SDK clients with the rights of the account's owner.
  public AwsClients aws() {
    return aws;
  }

  /// An output of the deployed stack.
  public String output(String name) {
    String value = outputs.get(name);
    if (value == null) {
      throw new AssertionError("expected an output " + name + ", got " + outputs.keySet());
    }
    return value;
  }

  /// Where a browser finds the app: the host of AWS, at the local stack's port.
  public URI app() {
    return URI.create(output("AppUrl").replaceFirst("^https:", "http:"));
  }

  /// Somebody signed in with these groups.
  public Person person(String... groups) {
    String name = "person-" + String.join("-", groups);
    return people.computeIfAbsent(name, _ -> Person.signedIn(this, name, Set.of(groups)));
  }

  /// A thing registered as one would by the AWS command line, its files in a folder of its own.
  public Gateway gateway(String thing) {
    return Gateway.registered(this, thing, folder.resolve(thing));
  }

  /// An agent of this pipeline ends with it at the latest.
  Agent started(Agent agent) {
    agents.add(agent);
    return agent;
  }

  /// Stops the stack as its owner would.
  public void stopStack() {
    stack.close();
  }

  /// Starts the stopped stack again, on its data and ports.
  public void startStack() {
    stack = stack.again();
    aws.close();
    aws = new AwsClients(stack.endpoint());
  }

  @Override
  public void close() {
    agents.forEach(Agent::close);
    aws.close();
    stack.close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
