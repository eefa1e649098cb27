// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Reads one stage's file. Every key is known by name: one that is not is an error that names it
/// and its line, and so is one that is missing or of another type.
public final class StageConfigFile {
  private static final List<String> REQUIRED =
      List.of(
          "retainData",
          "rawRetentionDays",
          "hourRetentionDays",
          "commandRetentionDays",
          "logRetentionDays",
          "snapStart",
          "appUrls");
  private static final List<String> OPTIONAL =
      List.of(
          "alarmEmail",
          "monthlyBudgetUsd",
          "buffer",
          "archiveRetentionDays",
          "account",
          "region",
          "customerKey",
          "tellAlarmsTo",
          "deploymentConfig",
          "tracing",
          "tags");

  private final Path file;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private StageConfigFile(Path file) {
    this.file = file;
  }

  /// The configuration of a stage, from `<folder>/<stage>.json`.
  public static StageConfig read(Path folder, String stage) {
    var file = folder.resolve(stage + ".json");
    if (!Files.isRegularFile(file)) {
      throw new InvalidConfigException(
          "stage '%s': expected its configuration at %s; stages there: %s"
              .formatted(stage, file, stagesIn(folder)));
    }
    var reader = new StageConfigFile(file);
    reader.parse();
    return reader.toConfig(stage);
  }

  private static TreeSet<String> stagesIn(Path folder) {
    var stages = new TreeSet<String>();
    try (var files = Files.newDirectoryStream(folder, "*.json")) {
      for (var file : files) {
        stages.add(file.getFileName().toString().replaceFirst("\\.json$", ""));
      }
    } catch (IOException e) {
      throw new InvalidConfigException("cannot list " + folder, e);
    }
    return stages;
  }

  private void parse() {
    try (var parser = new JsonFactory().createParser(file.toFile())) {
      expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "an object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        var key = parser.currentName();
        if (!REQUIRED.contains(key) && !OPTIONAL.contains(key)) {
          throw problem(parser, "unknown key '" + key + "'; known: " + REQUIRED + OPTIONAL);
        }
        parser.nextToken();
        if (values.put(key, value(parser, key)) != null) {
          throw problem(parser, "key '" + key + "' is given twice");
        }
      }
    } catch (IOException e) {
      throw new InvalidConfigException(file + ": not valid JSON: " + e.getMessage(), e);
    }
  }

  private Object value(JsonParser parser, String key) throws IOException {
    return switch (key) {
      case "retainData", "snapStart", "customerKey", "tracing" -> {
        if (!parser.currentToken().isBoolean()) {
          throw problem(parser, key + ": expected true or false, got " + parser.getText());
        }
        yield parser.getBooleanValue();
      }
      case "appUrls", "tellAlarmsTo" -> strings(parser, key);
      case "tags" -> texts(parser, key);
      case "alarmEmail", "buffer", "account", "region", "deploymentConfig" -> {
        expect(parser, parser.currentToken(), JsonToken.VALUE_STRING, key + ": a string");
        yield parser.getText();
      }
      default -> {
        expect(parser, parser.currentToken(), JsonToken.VALUE_NUMBER_INT, key + ": a whole number");
        yield parser.getIntValue();
      }
    };
  }

  private List<String> strings(JsonParser parser, String key) throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_ARRAY, key + ": a list of strings");
    var strings = new ArrayList<String>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser, parser.currentToken(), JsonToken.VALUE_STRING, key + ": a string");
      strings.add(parser.getText());
    }
    return strings;
  }

  private Map<String, String> texts(JsonParser parser, String key) throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT, key + ": an object of strings");
    var texts = new LinkedHashMap<String, String>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      expect(parser, parser.nextToken(), JsonToken.VALUE_STRING, key + ": a string");
      if (texts.put(name, parser.getText()) != null) {
        throw problem(parser, key + ": '" + name + "' is given twice");
      }
    }
    return texts;
  }

  private void expect(JsonParser parser, JsonToken came, JsonToken expected, String what)
      throws IOException {
    if (came != expected) {
      throw problem(parser, "expected " + what + ", got " + parser.getText());
    }
  }

  private InvalidConfigException problem(JsonParser parser, String message) {
    return new InvalidConfigException(
        file + ":" + parser.currentLocation().getLineNr() + ": " + message);
  }

  private StageConfig toConfig(String stage) {
    for (var key : REQUIRED) {
      if (!values.containsKey(key)) {
        throw new InvalidConfigException(file + ": expected key '" + key + "', it is missing");
      }
    }
    try {
      return new StageConfig(
          stage,
          (boolean) get("retainData"),
          (int) get("rawRetentionDays"),
          (int) get("hourRetentionDays"),
          (int) get("commandRetentionDays"),
          (int) get("logRetentionDays"),
          (boolean) get("snapStart"),
          ((List<?>) get("appUrls")).stream().map(String.class::cast).toList(),
          Optional.ofNullable((String) values.get("alarmEmail")),
          Optional.ofNullable((Integer) values.get("monthlyBudgetUsd")),
          new StageConfig.Delivery(
              buffer(), Optional.ofNullable((Integer) values.get("archiveRetentionDays"))),
          new StageConfig.Place(
              Optional.ofNullable((String) values.get("account")),
              Optional.ofNullable((String) values.get("region"))),
          (boolean) values.getOrDefault("customerKey", false),
          ((List<?>) values.getOrDefault("tellAlarmsTo", List.of()))
              .stream().map(String.class::cast).map(Recipient::of).toList(),
          Optional.ofNullable((String) values.get("deploymentConfig")),
          (boolean) values.getOrDefault("tracing", false),
          tags());
    } catch (InvalidConfigException e) {
      throw new InvalidConfigException(file + ": " + e.getMessage(), e);
    }
  }

  private StageConfig.Buffer buffer() {
    var name = values.getOrDefault("buffer", "sqs");
    return switch ((String) name) {
      case "sqs" -> StageConfig.Buffer.SQS;
      case "kinesis" -> StageConfig.Buffer.KINESIS;
      default ->
          throw new InvalidConfigException("buffer: expected sqs or kinesis; got '" + name + "'");
    };
  }

  private Map<String, String> tags() {
    var tags = new LinkedHashMap<String, String>();
    if (values.get("tags") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> tags.put(String.valueOf(key), String.valueOf(value)));
    }
    return tags;
  }

  private Object get(String key) {
    return java.util.Objects.requireNonNull(values.get(key));
  }
}
