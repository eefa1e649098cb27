// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static io.fieldline.acceptance.journey.BrowserWalks.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.acceptance.pipeline.DeployedPipeline;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import io.fieldline.acceptance.pipeline.StackProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.Role;

/// What people see in the inspector, in Debian's Chromium: the journeys `inspector-*` of
/// `web/journeys`. Pictures are kept in `acceptance/shots`.
@Order(2)
@ExtendWith(DeployedPipeline.class)
class InspectorJourneyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEVICE = "inspected-1";
  private static final String READING = "temperature=21.5 Cel";
  private static final Path PAGE =
      Path.of("localstack/src/main/resources/io/fieldline/localstack/inspector");

  @TempDir private Path folder;

  @Test
  void anEmptyStackOffersAMessageAndItsEndIsTold() throws Exception {
    StackProcess stack = StackProcess.start(folder);
    JsonNode saw;
    try (var browser = start("empty", stack.endpoint(), Map.of())) {
      String offered = BrowserWalks.said(browser, "copied ").substring("copied ".length());
      var done = Program.run(folder, Map.of(), Duration.ofMinutes(1), List.of("sh", "-c", offered));
      assertThat(done.exitCode()).as(done.output()).isZero();
      BrowserWalks.said(browser, "seen");
      stack.close();
      BrowserWalks.said(browser, "gone");
      stack = stack.again();
      saw = BrowserWalks.saw(browser);
    } finally {
      stack.close();
    }

    assertThat(texts(saw.path("steps"))).last().asString().contains("hello/inspector");
    assertThat(saw.path("gone").asText()).contains("asked again by itself");
    assertThat(saw.path("whileGone").asInt()).as("what was seen stays").isPositive();
    assertThat(texts(saw.path("violations"))).as("axe").isEmpty();
    assertThat(texts(saw.path("errors")))
        .as("nothing but what the browser itself says of requests that fail")
        .allMatch(error -> error.contains("Failed to load resource"));
  }

  @Test
  @Tag("long")
  void whatIsRareIsDrawnToo() throws Exception {
    JsonNode saw;
    var samples = Checkout.root().resolve("acceptance/src/test/resources/inspector/ways.mjs");
    try (var stack = StackProcess.start(folder);
        var browser = start("samples", stack.endpoint(), Map.of("samples", samples.toString()))) {
      saw = BrowserWalks.saw(browser);
    }

    assertThat(saw.path("meets").asText()).contains("10 ways meet here");
    assertThat(saw.path("others").asInt()).isEqualTo(9);
    assertThat(saw.path("actions").asInt()).as("what the stack does not have").isZero();
    assertThat(saw.path("again").asInt()).isZero();
    assertThat(saw.path("long").asInt()).isEqualTo(200);
    assertThat(saw.path("hostile").asText()).contains("<img src=x onerror=");
    assertThat(saw.path("made").asInt()).as("elements made of a payload").isZero();
    assertThat(saw.path("title").asText()).isEqualTo("Inspector · Fieldline");
    assertThat(saw.path("runs").asText()).isEqualTo("on its way");
    BrowserWalks.fitsAPhone(saw.path("wide"), 6);
    assertThat(texts(saw.path("violations"))).as("axe").isEmpty();
    assertThat(texts(saw.path("errors"))).allMatch(error -> error.contains("404"));
  }

  // Faults that are planned and permissions that are removed are everybody's.
  @Test
  @ResourceLock(SharesPipeline.STACK)
  void aReadingIsSeenOnItsWayAndWhatStopsItIsRed(Pipeline pipeline) throws Exception {
    JsonNode saw;
    try (Agent agent = pipeline.gateway(DEVICE).agent("").connected();
        var iam = pipeline.aws().client(IamClient.builder());
        var _ = new PlannedFaults(pipeline.endpoint());
        var grants = new Grants(iam, "TelemetryFunc");
        var browser = start("live", pipeline.endpoint(), Map.of("device", DEVICE))) {
      for (String moment : List.of("open", "faulty", "mended")) {
        BrowserWalks.said(browser, moment);
        agent.hears(READING);
      }
      BrowserWalks.said(browser, "refuse");
      grants.takeAway("dynamodb:PutItem");
      agent.hears(READING);
      saw = BrowserWalks.saw(browser);
    }

    isWhole(saw.path("steps"));
    assertThat(saw.at("/steps/0/lane").asText()).isEqualTo("device");
    isWhole(saw.path("again"));
    assertThat(saw.path("focused").asText()).as("what was opened has the focus").isEqualTo("H2");
    assertThat(saw.path("back").asText()).as("its box has it again").isEqualTo("box");
    assertThat(saw.path("spaceOnABox").asBoolean()).as("a button's own key").isTrue();
    assertThat(saw.path("statement").asText())
        .contains("SELECT * AS batch, topic(2) AS thing")
        .contains("FROM 'fieldline/+/telemetry'");
    assertThat(saw.path("result").asText()).contains("batch", DEVICE);
    assertThat(saw.path("others").asInt()).isPositive();
    assertThat(saw.path("service").asText()).isEqualTo("dynamodb");
    assertThat(saw.path("operation").asText()).isEqualTo("PutItem");
    assertThat(saw.path("words").asText())
        .isEqualTo("Each dynamodb:PutItem fails with ThrottlingException.");
    assertThat(saw.path("failed"))
        .anyMatch(step -> isBad(step) && step.path("below").asText().contains("Throttling"));
    assertThat(saw.path("refused"))
        .as("red at the call that the permission was for")
        .anyMatch(step ->
            step.path("outcome").asText().equals("refused")
                && step.path("name").asText().equals("dynamodb:PutItem")
                && step.path("law").asText().equals("No statement allows it"));
    assertThat(saw.path("verdict").asText()).contains("was refused", "dynamodb:PutItem");
    assertThat(saw.path("opened").asText()).contains("is not authorized to perform");
    BrowserWalks.fitsAPhone(saw.path("wide"), 4);
    assertThat(texts(saw.path("violations"))).as("axe").isEmpty();
    assertThat(texts(saw.path("errors"))).as("console").isEmpty();
    assertThat(texts(saw.path("requests"))).containsExactly(pipeline.endpoint().toString());
    evaluatesTheSame(saw);
  }

  /// The command that the page offers gives what the picture shows.
  private static void evaluatesTheSame(JsonNode saw) throws IOException {
    assertThat(saw.path("canCopySql").asBoolean()).as("the message was not cut").isTrue();
    var evaluated =
        Program.run(
            Checkout.root(),
            Map.of("FIELDLINE_BUILT", "1"),
            Duration.ofMinutes(1),
            List.of("sh", "-c", saw.path("command").asText()));
    assertThat(evaluated.exitCode()).as(evaluated.output()).isZero();
    assertThat(evaluated.output()).contains(DEVICE);
  }

  /// From the device to the tables, each step allowed by a policy that has a name.
  private static void isWhole(JsonNode steps) {
    assertThat(steps)
        .extracting(step -> step.path("lane").asText())
        .contains("iot", "queue", "function", "table");
    assertThat(steps)
        .extracting(step -> step.path("name").asText())
        .contains("sqs:SendMessage", "dynamodb:PutItem", "dynamodb:UpdateItem");
    assertThat(steps)
        .filteredOn(step -> step.path("name").asText().equals("dynamodb:PutItem"))
        .allMatch(step -> step.path("law").asText().startsWith("Allowed by "));
    assertThat(steps).noneMatch(InspectorJourneyTest::isBad);
  }

  private static boolean isBad(JsonNode step) {
    return List.of("failed", "refused").contains(step.path("outcome").asText());
  }

  /// One product, one look.
  @Test
  void itsTokensAreTheWebApps() throws IOException {
    Path root = Checkout.root();
    assertThat(Files.readString(root.resolve(PAGE).resolve("tokens.css")))
        .isEqualTo(Files.readString(root.resolve("web/src/style/tokens.css")));
  }

  private static Program start(String journey, URI endpoint, Map<String, String> needs)
      throws IOException {
    var told = new LinkedHashMap<String, Object>();
    told.put("app", endpoint.resolve("/_local/inspector").toString());
    told.putAll(needs);
    return BrowserWalks.start("inspector-" + journey, told);
  }

  /// Takes away at its end what a journey that got stuck has left.
  private record PlannedFaults(URI endpoint) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      URI all = endpoint.resolve("/_local/faults");
      try (var http = HttpClient.newHttpClient()) {
        var left =
            http.send(HttpRequest.newBuilder(all).build(), BodyHandlers.ofString(UTF_8)).body();
        for (JsonNode fault : JSON.readTree(left).path("faults")) {
          URI one = URI.create(all + "/" + fault.path("id").asText());
          http.send(HttpRequest.newBuilder(one).DELETE().build(), BodyHandlers.discarding());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// The policies of a role, which it has again at the end.
  private static final class Grants implements AutoCloseable {
    private final IamClient iam;
    private final String role;
    private final Map<String, String> before = new LinkedHashMap<>();

    Grants(IamClient iam, String part) {
      this.iam = iam;
      this.role =
          iam.listRolesPaginator().roles().stream()
              .map(Role::roleName)
              .filter(name -> name.contains(part))
              .findFirst()
              .orElseThrow();
      for (String policy : iam.listRolePolicies(list -> list.roleName(role)).policyNames()) {
        String json =
            iam.getRolePolicy(get -> get.roleName(role).policyName(policy)).policyDocument();
        before.put(policy, URLDecoder.decode(json, UTF_8));
      }
    }

    void takeAway(String action) throws IOException {
      for (var policy : before.entrySet()) {
        put(policy.getKey(), without(policy.getValue(), action));
      }
    }

    private static String without(String json, String action) throws IOException {
      JsonNode document = JSON.readTree(json);
      for (JsonNode statement : document.path("Statement")) {
        ArrayNode kept = JSON.createArrayNode();
        JsonNode actions = statement.path("Action");
        for (JsonNode one : actions.isArray() ? actions : JSON.createArrayNode().add(actions)) {
          if (!one.asText().equals(action)) {
            kept.add(one);
          }
        }
        // A statement of no action is none: this allows what nobody asks for.
        ((ObjectNode) statement).set("Action", kept.isEmpty() ? kept.add("sts:None") : kept);
      }
      return document.toString();
    }

    private void put(String policy, String document) {
      iam.putRolePolicy(put -> put.roleName(role).policyName(policy).policyDocument(document));
    }

    @Override
    public void close() {
      before.forEach(this::put);
    }
  }
}
