// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// What the wire of one service looks like: its operations, error codes and constraints.
public final class ServiceTable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String name;
  private final String sdk;
  private final String signing;
  private final String protocol;
  private final String jsonVersion;
  private final String target;
  private final String namespace;
  private final Map<String, OperationWire> operations = new HashMap<>();
  private final List<UriPattern> patterns = new ArrayList<>();
  private final JsonNode errors;
  private final JsonNode shapes;

  private ServiceTable(JsonNode json) {
    name = json.get("name").asText();
    sdk = json.get("sdk").asText();
    signing = json.get("signing").asText();
    protocol = json.get("protocol").asText();
    jsonVersion = json.get("json").asText();
    target = json.get("target").asText();
    namespace = json.get("namespace").asText();
    errors = json.get("errors");
    shapes = json.get("shapes");
    json.get("operations").properties().forEach(e -> add(e.getKey(), e.getValue()));
    patterns.sort(null);
  }

  private void add(String operation, JsonNode row) {
    var wire =
        new OperationWire(
            this,
            operation,
            row.get("method").asText(),
            row.get("uri").asText(),
            row.path("status").asInt(200),
            needs(row),
            row.path("input").asText(""),
            row.path("wrapper").asText(""));
    operations.put(operation, wire);
    if (protocol.startsWith("rest")) {
      patterns.add(UriPattern.of(wire));
    }
  }

  private static List<String> needs(JsonNode row) {
    var needs = new ArrayList<String>();
    row.path("needs").forEach(n -> needs.add(n.asText()));
    return needs;
  }

  /// Reads the table of a service, such as {@code iot-data}.
  static ServiceTable load(String service) {
    try (InputStream in = ServiceTable.class.getResourceAsStream(service + ".json.gz")) {
      if (in == null) {
        throw new IllegalArgumentException("no table of a service named " + service);
      }
      return new ServiceTable(MAPPER.readTree(new GZIPInputStream(in)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// AWS CLI's name: {@code iot-data}.
  public String name() {
    return name;
  }

  /// The package of the Java SDK: {@code iotdataplane}.
  public String sdk() {
    return sdk;
  }

  String signing() {
    return signing;
  }

  /// One of {@code rest-json}, {@code rest-xml}, {@code json}, {@code query}.
  String protocol() {
    return protocol;
  }

  String jsonVersion() {
    return jsonVersion;
  }

  String target() {
    return target;
  }

  String namespace() {
    return namespace;
  }

  /// Every operation that AWS has.
  public Collection<String> operationNames() {
    return operations.keySet();
  }

  Optional<OperationWire> operation(String operation) {
    return Optional.ofNullable(operations.get(operation));
  }

  /// The most specific operation of a REST service whose method, path and fixed query fit.
  Optional<UriPattern.Match> match(WireRequest request) {
    for (UriPattern pattern : patterns) {
      Optional<UriPattern.Match> match = pattern.match(request);
      if (match.isPresent()) {
        return match;
      }
    }
    return Optional.empty();
  }

  /// The code of the Query protocol for an error shape, where they differ.
  String queryCode(String code) {
    return errors.path(code).path("code").asText(code);
  }

  /// The shape's name for a code that a service may have given in its Query spelling.
  String errorShape(String code) {
    if (errors.has(code)) {
      return code;
    }
    for (Map.Entry<String, JsonNode> error : errors.properties()) {
      if (error.getValue().path("code").asText("").equals(code)) {
        return error.getKey();
      }
    }
    return code;
  }

  boolean hasError(String shape) {
    return errors.has(shape);
  }

  @Nullable JsonNode shape(String shape) {
    return shapes.get(shape);
  }
}
