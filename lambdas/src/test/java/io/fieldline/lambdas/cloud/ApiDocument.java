// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// What `docs/reference/openapi.json` says of answers.
final class ApiDocument {
  private static final Path FILE = Path.of("../docs/reference/openapi.json");

  private ApiDocument() {}

  static void check(String routeKey, int status, String contentType, String body)
      throws IOException {
    var json = new ObjectMapper();
    var document = json.readTree(FILE.toFile());
    int space = routeKey.indexOf(' ');
    var responses =
        document
            .path("paths")
            .path(routeKey.substring(space + 1))
            .path(routeKey.substring(0, space).toLowerCase(Locale.ROOT))
            .path("responses");
    var response = responses.path(String.valueOf(status));
    if (response.isMissingNode() && status >= 400) {
      response = responses.path("default");
    }
    var content = response.path("content").path(contentType);
    assertThat(content.isMissingNode())
        .as("%s answers %d %s: not in the document", routeKey, status, contentType)
        .isFalse();
    var schema = (ObjectNode) content.path("schema").deepCopy();
    schema.set("components", document.path("components"));
    var wrong =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema((JsonNode) schema)
            .validate(
                contentType.matches(".*[/+]json") ? json.readTree(body) : json.valueToTree(body));
    assertThat(wrong).as("%s answers %d %s", routeKey, status, body).isEmpty();
  }
}
