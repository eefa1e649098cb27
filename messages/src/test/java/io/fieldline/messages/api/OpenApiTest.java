// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/reference/openapi.json` is made of the routes and of what `components.json` says of their
/// parts; `-Dupdate-golden` writes it.
final class OpenApiTest {
  private static final Path DOCUMENT = Path.of("../docs/reference/openapi.json");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode SUMMARIES = summaries();
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");
  private static final String CONTENT = "application/json";
  private static final String PROBLEM = "application/problem+json";

  @Test
  void theDocumentIsThatOfTheRoutes() throws IOException {
    var made = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document()) + "\n";
    if (System.getProperty("update-golden") != null) {
      Files.writeString(DOCUMENT, made);
    }

    assertThat(DOCUMENT).content().isEqualTo(made);
  }

  @Test
  void everyRouteIsSummedUpAndNothingElse() {
    var summed = new TreeSet<String>();
    SUMMARIES.fieldNames().forEachRemaining(summed::add);

    assertThat(summed)
        .isEqualTo(new TreeSet<>(Stream.of(ApiRoute.values()).map(Enum::name).toList()));
  }

  @Test
  void everyReferenceLeadsSomewhereAndNoPartIsLeftOver() throws IOException {
    var document = document();
    var used = new TreeSet<String>();
    document.findValues("$ref").forEach(reference -> used.add(reference.asText().substring(1)));

    assertThat(used).allSatisfy(at -> assertThat(document.at(at).isMissingNode()).as(at).isFalse());
    var there = new TreeSet<String>();
    for (var kind : new String[] {"parameters", "schemas"}) {
      document
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(name -> there.add("/components/" + kind + "/" + name));
    }
    assertThat(there).isEqualTo(used);
  }

  private static JsonNode summaries() {
    try {
      return resource("/openapi/summaries.json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode document() throws IOException {
    var document = JSON.createObjectNode().put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Fieldline")
        .put("version", "0.1")
        .put(
            "description",
            "The HTTP API of a stage. A role may also do what those before it may: viewer, operator,"
                + " admin. Unknown members of an answer are to be ignored. Times are epoch"
                + " milliseconds.")
        .putObject("license")
        .put("name", "Apache-2.0")
        .put("identifier", "Apache-2.0");
    document
        .putArray("servers")
        .addObject()
        .put("url", "{apiUrl}")
        .put("description", "`apiUrl` in the app's config.json, and the stack's output ApiUrl.")
        .putObject("variables")
        .putObject("apiUrl")
        .put("default", "http://127.0.0.1:4566");
    document.putArray("security").addObject().putArray("people");
    var paths = document.putObject("paths");
    for (var route : ApiRoute.values()) {
      paths
          .withObjectProperty(route.path())
          .set(route.method().toLowerCase(Locale.ROOT), operation(route));
    }
    document.set("components", components());
    return document;
  }

  private static ObjectNode operation(ApiRoute route) {
    var operation = JSON.createObjectNode().put("operationId", operationId(route));
    operation.put("summary", SUMMARIES.path(route.name()).asText());
    operation.put("description", "Role: " + route.role().group() + ".");
    var parameters = JSON.createArrayNode();
    PLACEHOLDER
        .matcher(route.path())
        .results()
        .forEach(found -> parameters.add(reference("parameters", found.group(1))));
    route
        .parameters()
        .forEach(parameter -> parameters.add(reference("parameters", parameter.component())));
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    route
        .request()
        .ifPresent(schema ->
            operation
                .putObject("requestBody")
                .put("required", true)
                .putObject("content")
                .putObject(CONTENT)
                .set("schema", reference("schemas", schema)));
    var responses = operation.putObject("responses");
    answer(
        responses, String.valueOf(route.status()), "Done.", route.contentTypes(), route.answer());
    if (route.isTagged()) {
      header(responses, route, "ETag", "For If-Match.");
    }
    if (route == ApiRoute.EXPORT_SERIES) {
      header(
          responses, route, "Link", "Where the next part is, rel=\"next\"; none after the last.");
    }
    answer(responses, "default", "Not done.", List.of(PROBLEM), "Problem");
    return operation;
  }

  private static void header(
      ObjectNode responses, ApiRoute route, String name, String description) {
    responses
        .withObjectProperty(String.valueOf(route.status()))
        .withObjectProperty("headers")
        .putObject(name)
        .put("description", description)
        .putObject("schema")
        .put("type", "string");
  }

  private static void answer(
      ObjectNode responses,
      String status,
      String description,
      List<String> contents,
      String schema) {
    var content = responses.putObject(status).put("description", description).putObject("content");
    contents.forEach(type -> content.putObject(type).set("schema", reference("schemas", schema)));
  }

  private static String operationId(ApiRoute route) {
    var words = route.name().toLowerCase(Locale.ROOT).split("_");
    var id = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      id.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return id.toString();
  }

  private static ObjectNode reference(String kind, String name) {
    return JSON.createObjectNode().put("$ref", "#/components/" + kind + "/" + name);
  }

  /// With the alarm rule's own schema, which is the device's, too.
  private static ObjectNode components() throws IOException {
    var components = (ObjectNode) resource("/openapi/components.json");
    components
        .path("parameters")
        .properties()
        .forEach(parameter -> {
          if (!parameter.getValue().has("name")) {
            ((ObjectNode) parameter.getValue()).put("name", parameter.getKey());
          }
        });
    var rule = (ObjectNode) resource("/schema/alarm-rule.schema.json");
    rule.remove("$schema");
    rule.remove("$id");
    ((ObjectNode) components.path("schemas")).set("AlarmRule", rule);
    return components;
  }

  private static JsonNode resource(String name) throws IOException {
    try (var in = OpenApiTest.class.getResourceAsStream(name)) {
      return JSON.readTree(in);
    }
  }
}
