// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.acceptance.pipeline.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Every command of the README, typed as it stands there, on ports and in a data folder of its own.
@Order(34)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadmeJourneyTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\n(.*?)^```");
  private static final Pattern INLINE = Pattern.compile("`(\\./fieldline [^`]+)`");
  private static final List<String> PORTS =
      List.of("", "MQTT_", "TCP_", "HTTP_", "LOCAL_MQTT_", "METRICS_");

  private final Path root = Checkout.root();
  private final Set<String> untested = new LinkedHashSet<>();
  private final Map<String, String> environment = new HashMap<>();
  private Path folder = Path.of("");
  private String app = "";
  private String password = "";

  @BeforeAll
  void readTheReadme(@TempDir Path temporary) throws IOException {
    folder = temporary;
    String readme = Files.readString(root.resolve("README.md"));
    BLOCK
        .matcher(readme)
        .results()
        .flatMap(block -> block.group(1).lines())
        .map(line -> line.replaceFirst("\\s+# .*", "").strip())
        .filter(line -> !line.isEmpty())
        .forEach(untested::add);
    INLINE.matcher(readme).results().forEach(found -> untested.add(found.group(1)));
    environment.put("XDG_DATA_HOME", folder.toString());
    environment.put("FIELDLINE_BUILT", "1");
    PORTS.forEach(port -> environment.put("FIELDLINE_" + port + "PORT", freePort()));
  }

  private static String freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return String.valueOf(socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  void stopWhatIsLeft() {
    sh(root, "./fieldline down --purge");
  }

  @Test
  @Order(1)
  void upEndsWithAnAddressThatWorks() throws Exception {
    String said = succeeds("./fieldline up");

    var address =
        Pattern.compile("(http://\\S+)")
            .matcher(said.lines().filter(line -> line.contains("the app")).findFirst().orElse(""));
    assertThat(address.find()).as("expected the app's address in: %s", said).isTrue();
    app = address.group(1);
    try (var http = HttpClient.newHttpClient()) {
      var page =
          http.send(HttpRequest.newBuilder(URI.create(app)).build(), BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).contains("<title>Fieldline");
    }
  }

  @Test
  @Order(2)
  void aReadingSentByNetcatIsTaken() {
    String command = known("echo 'temperature=21.5 Cel' | nc -N 127.0.0.1 9999");

    var sent =
        sh(root, command.replace("9999", environment.getOrDefault("FIELDLINE_TCP_PORT", "")));

    assertThat(sent.output()).startsWith("ok 1");
  }

  @Test
  @Order(2)
  void aPersonIsAddedAndTheRoleIsChangedLater() {
    String command = "./fieldline user add ann@example.com --role viewer";

    String said = succeeds(command);
    assertThat(said).contains("ann@example.com is viewer");
    var secret = Pattern.compile("password (\\S+)").matcher(said);
    assertThat(secret.find()).as("expected a password in: %s", said).isTrue();
    password = secret.group(1);
    var changed = sh(root, command.replace("viewer", "admin"));
    assertThat(changed.exitCode()).as(changed.output()).isZero();
    assertThat(changed.output()).contains("ann@example.com is admin").doesNotContain("password ");
    var refused = sh(root, command.replace("viewer", "owner"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.output()).contains("viewer, operator or admin").contains("got 'owner'");
  }

  @Test
  @Order(3)
  @Tag("long")
  void aNewcomerSeesLiveValuesAndWhatEveryOtherPageIsFor() throws Exception {
    var needs =
        Map.<String, Object>of(
            "app", app, "device", "gateway-1", "email", "ann@example.com", "password", password);
    JsonNode saw;
    try (var browser = BrowserWalks.start("newcomer", needs)) {
      saw = BrowserWalks.saw(browser);
    }

    assertThat(saw.path("tiles").asText()).contains("temperature", "21.5 °C");
    BrowserWalks.fitsAPhone(saw.path("wide"), 10);
    assertThat(saw.path("said").path("jobs").asText()).startsWith("There is no job yet");
    assertThat(BrowserWalks.texts(saw.path("errors"))).as("console").isEmpty();
    assertThat(BrowserWalks.texts(saw.path("violations"))).as("axe").isEmpty();
  }

  @Test
  @Order(3)
  void theSqlCommandPrintsTheResult() {
    String said =
        succeeds(
            "./fieldline sql \"SELECT temperature * 1.8 + 32 AS f FROM 'a/b'\" --topic a/b --payload"
                + " '{\"temperature\": 20}'");
    assertThat(said).contains("\"f\":68");
  }

  @Test
  @Order(3)
  void theCostOfAFleetIsToldLineByLine() {
    assertThat(succeeds("./fieldline cost --devices 1000 --interval 10 --window 60"))
        .contains(
            "1,036,800,000 readings in a month", "DynamoDB", "a message and an item for each");
  }

  @Test
  @Order(4)
  void theDoctorNamesWhatIsThere() {
    assertThat(succeeds("./fieldline doctor")).contains("JDK 25", "mvn", "node");
  }

  @Test
  @Order(5)
  void deployPutsTheTemplateWhereTheCredentialsSay() {
    String url = "http://127.0.0.1:" + environment.get("FIELDLINE_PORT");
    environment.put("AWS_ENDPOINT_URL", url);
    environment.put("AWS_ACCESS_KEY_ID", "test");
    environment.put("AWS_SECRET_ACCESS_KEY", "test");
    environment.put("AWS_REGION", "us-east-1");
    environment.put("CI", "true");
    // CDK's own rules have judged the template in `up`.
    environment.put("CDK_VALIDATION", "false");
    try {
      assertThat(succeeds("./fieldline deploy"))
          .contains("nothing is in the way", "Fieldline-dev.AppUrl", "the app: https://");
    } finally {
      environment.keySet().removeIf(name -> name.startsWith("AWS_"));
      environment.remove("CDK_VALIDATION");
    }
  }

  @Test
  @Order(6)
  void theAgentJudgesAndRunsItsExample() throws IOException {
    String check = known("./fieldline agent --config agent.yaml --check");
    String run = known("./fieldline agent --config agent.yaml");
    // Beside the files of a registered thing, as on a device; the README's reader is there too.
    Path device = Files.createDirectories(folder.resolve("device"));
    for (String file : List.of("device.pem.crt", "private.pem.key")) {
      Files.copy(folder.resolve("fieldline/gateway").resolve(file), device.resolve(file));
    }
    String example = Files.readString(root.resolve("device-agent/src/main/dist/agent.yaml"));
    Path config = device.resolve("agent.yaml");
    Files.writeString(
        config,
        example
            + "tcp: {listen: '127.0.0.1:0'}\nhttp: {listen: '127.0.0.1:0'}\n"
            + "mqtt: {listen: '127.0.0.1:0'}\nmetrics: {listen: '127.0.0.1:0'}\n");

    var judged = sh(root, check.replace("agent.yaml", config.toString()));

    assertThat(judged.exitCode()).as(judged.output()).isZero();
    assertThat(judged.output()).contains("configuration is valid: thing=gateway-1");
    String started = "exec " + run.replace("agent.yaml", config.toString());
    try (var agent = Program.start(root, environment, List.of("sh", "-c", started))) {
      agent.line(line -> line.startsWith("ready thing=gateway-1"), Duration.ofSeconds(30));
    }
  }

  @Test
  @Order(7)
  void theVendorsLocalStackNamesWhatItNeeds() {
    String command = known("./fieldline up --localstack");
    var outcome = sh(root, "unset LOCALSTACK_AUTH_TOKEN; " + command);
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output())
        .containsAnyOf("'docker compose version' does not answer", "needs a licence token")
        .contains("without");
  }

  @Test
  @Order(8)
  void downStopsBothAndPurgeForgets() {
    assertThat(succeeds("./fieldline down")).contains("stopped");
    Path stack = folder.resolve("fieldline/stack");
    assertThat(stack).isDirectory();
    assertThat(succeeds("./fieldline down --purge")).contains("forgot");
    assertThat(stack).doesNotExist();
  }

  @Test
  @Order(9)
  void theTestCommandIsWhatTheBuildServerRuns() throws IOException {
    assertThat(Files.readString(root.resolve(".ci/run"))).contains(known("./fieldline test"));
  }

  @Test
  @Order(10)
  void noCommandOfTheReadmeIsLeft() {
    assertThat(untested).as("commands of README.md that no test runs").isEmpty();
  }

  private String known(String command) {
    assertThat(untested).as("commands of README.md").contains(command);
    untested.remove(command);
    return command;
  }

  private String succeeds(String command) {
    var outcome = sh(root, known(command));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }

  private Program.Outcome sh(Path where, String command) {
    return Program.run(where, environment, Duration.ofMinutes(3), List.of("sh", "-c", command));
  }
}
