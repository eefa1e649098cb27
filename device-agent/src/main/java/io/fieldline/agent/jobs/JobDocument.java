// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.json.JsonText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a job says is to be done: `{"fieldline": {"type": …}}`. Page: docs/reference/jobs.md.
sealed interface JobDocument {
  /// Runs a program that the configuration allows.
  record Run(String program, List<String> arguments, Optional<Long> timeoutSeconds)
      implements JobDocument {
    /// Copies the list.
    public Run {
      arguments = List.copyOf(arguments);
    }
  }

  /// Gives the thing another certificate.
  ///
  /// @param template the provisioning template that puts it in force
  record RotateCertificate(String template, Map<String, String> parameters) implements JobDocument {
    /// Copies the map.
    public RotateCertificate {
      parameters = Map.copyOf(parameters);
    }
  }

  /// Boots the machine anew.
  record Reboot() implements JobDocument {}

  /// Sends the end of the agent's log.
  record UploadLogs(URI url, long maxBytes) implements JobDocument {}

  /// Replaces the agent by another version.
  ///
  /// @param version of the image in the archive
  /// @param bytes of the archive
  /// @param unpackedBytes of the files in it
  /// @param signature of the archive's digest, by one of the configured keys; base64
  record Update(
      String version, URI url, long bytes, long unpackedBytes, String sha256, String signature)
      implements JobDocument {}

  /// Bytes of the log that are sent unless the document says, and at most.
  long DEFAULT_LOG_BYTES = 1 << 20;

  /// More would not fit into the agent's memory.
  long MOST_LOG_BYTES = 4 << 20;

  /// What a document says.
  ///
  /// @throws JobException if it is none of these, saying what was expected
  static JobDocument parse(Map<String, Object> document) throws JobException {
    Map<String, Object> members =
        JsonText.object(document.get("fieldline"))
            .orElseThrow(
                () -> new JobException("an object 'fieldline' expected, got " + names(document)));
    var part = new Members(members);
    String type = part.text("type");
    JobDocument parsed =
        switch (type) {
          case "run" -> new Run(part.text("program"), part.texts("arguments"), part.seconds());
          case "rotate-certificate" ->
              new RotateCertificate(part.text("template"), part.pairs("parameters"));
          case "reboot" -> new Reboot();
          case "upload-logs" ->
              new UploadLogs(
                  part.url("url"), part.whole("maxBytes", DEFAULT_LOG_BYTES, MOST_LOG_BYTES));
          case "update" -> part.update();
          default ->
              throw new JobException(
                  "fieldline.type: one of run, rotate-certificate, reboot, upload-logs, update expected,"
                      + " got '"
                      + type
                      + "'");
        };
    part.end(type);
    return parsed;
  }

  private static String names(Map<String, Object> document) {
    return document.isEmpty() ? "none" : String.join(", ", document.keySet());
  }

  /// The members of `fieldline`, each asked for once.
  final class Members {
    private static final long DAY = 86_400;

    private final Map<String, Object> members;
    private final Set<String> known = new TreeSet<>();

    private Members(Map<String, Object> members) {
      this.members = members;
    }

    private static JobException wrong(String name, String expected, Object got) {
      return new JobException(
          "fieldline." + name + ": " + expected + " expected, got " + JsonText.write(got));
    }

    private String text(String name) throws JobException {
      known.add(name);
      Object value = members.getOrDefault(name, JsonText.NULL);
      if (value instanceof String text && !text.isEmpty() && text.indexOf('\0') < 0) {
        return text;
      }
      throw wrong(name, "a text", value);
    }

    private List<String> texts(String name) throws JobException {
      known.add(name);
      Object value = members.getOrDefault(name, List.of());
      List<String> texts = new ArrayList<>();
      if (!(value instanceof List<?> list)) {
        throw wrong(name, "a list of texts", value);
      }
      for (Object element : list) {
        if (!(element instanceof String text) || text.indexOf('\0') >= 0) {
          throw wrong(name, "a list of texts", value);
        }
        texts.add(text);
      }
      return texts;
    }

    private Map<String, String> pairs(String name) throws JobException {
      known.add(name);
      Object value = members.getOrDefault(name, Map.of());
      Map<String, String> pairs = new LinkedHashMap<>();
      Map<String, Object> object =
          JsonText.object(value).orElseThrow(() -> wrong(name, "an object of texts", value));
      for (Map.Entry<String, Object> member : object.entrySet()) {
        if (!(member.getValue() instanceof String text)) {
          throw wrong(name, "an object of texts", value);
        }
        pairs.put(member.getKey(), text);
      }
      return pairs;
    }

    private Update update() throws JobException {
      String sha256 = text("sha256");
      if (!sha256.matches("[0-9a-f]{64}")) {
        throw wrong("sha256", "64 hexadecimal digits", sha256);
      }
      String signature = text("signature");
      if (!signature.matches("[A-Za-z0-9+/]+={0,2}") || signature.length() % 4 != 0) {
        throw wrong("signature", "base64", signature);
      }
      return new Update(
          text("version"),
          url("url"),
          whole("bytes", 0, Long.MAX_VALUE),
          whole("unpackedBytes", 0, Long.MAX_VALUE),
          sha256,
          signature);
    }

    private Optional<Long> seconds() throws JobException {
      return members.containsKey("timeoutSeconds")
          ? Optional.of(whole("timeoutSeconds", 1, DAY))
          : Optional.empty();
    }

    private long whole(String name, long byDefault, long most) throws JobException {
      known.add(name);
      Object value = members.getOrDefault(name, byDefault);
      if (value instanceof Long number && number >= 1 && number <= most) {
        return number;
      }
      throw wrong(name, "a whole number from 1 to " + most, value);
    }

    private URI url(String name) throws JobException {
      String text = text(name);
      try {
        URI url = new URI(text);
        if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
          return url;
        }
      } catch (URISyntaxException e) {
        // The same message for all that is no such URL.
      }
      throw wrong(name, "a URL of http or https", text);
    }

    private void end(String type) throws JobException {
      for (String name : members.keySet()) {
        if (!known.contains(name)) {
          throw new JobException(
              "fieldline."
                  + name
                  + ": not known to a job of type "
                  + type
                  + "; known: "
                  + String.join(", ", known));
        }
      }
    }
  }
}
