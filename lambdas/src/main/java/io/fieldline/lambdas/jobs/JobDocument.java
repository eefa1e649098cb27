// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What devices are to do, as the agent understands it: `{"fieldline": {"type": …}}`. The agent
/// looks closer, and a job that it cannot do fails there; here what no agent could do is refused
/// before it goes to anybody. Page: docs/reference/jobs.md.
///
/// @param type what kind of work
/// @param json the text that devices get
record JobDocument(String type, String json) {
  /// Source: AWS IoT API Reference, CreateJob, document.
  private static final int MOST_BYTES = 32_768;

  private static final String PRESIGNED = "${aws:iot:s3-presigned-url:";

  /// The document of a request.
  ///
  /// @param rotationTemplate which provisioning template a rotation is by, unless it says so
  static JobDocument of(JsonObject document, String rotationTemplate) throws MessageException {
    document.only("fieldline");
    var work = document.object("fieldline");
    var members = new LinkedHashMap<>(work.members());
    var type = work.text("type");
    switch (type) {
      case "run" -> {
        work.only("type", "program", "arguments", "timeoutSeconds").text("program");
        work.texts("arguments");
        work.optionalWhole("timeoutSeconds", 1, 86_400);
      }
      case "rotate-certificate" -> {
        work.only("type", "template", "parameters").optionalObject("parameters");
        members.putIfAbsent("template", rotationTemplate);
      }
      case "reboot" -> work.only("type");
      case "upload-logs" -> {
        var url = work.only("type", "url", "maxBytes").text("url");
        if (url.startsWith(PRESIGNED)) {
          throw new MessageException(
              "/document/fieldline/url: expected an address for PUT, got " + url + ", one for GET");
        }
        work.optionalWhole("maxBytes", 1, 4_194_304);
      }
      case "update" -> {
        work.only("type", "version", "url", "bytes", "unpackedBytes", "sha256", "signature");
        for (var text : new String[] {"version", "url", "sha256", "signature"}) {
          work.text(text);
        }
        work.whole("bytes");
        work.whole("unpackedBytes");
      }
      default ->
          throw new MessageException(
              "/document/fieldline/type: expected one of run, rotate-certificate, reboot,"
                  + " update, upload-logs, got "
                  + type);
    }
    var json = new String(JsonObject.write(Map.of("fieldline", members)), StandardCharsets.UTF_8);
    if (json.length() > MOST_BYTES) {
      throw new MessageException(
          "/document: expected at most " + MOST_BYTES + " characters, got " + json.length());
    }
    return new JobDocument(type, json);
  }

  /// Whether AWS IoT is to put addresses of S3 into it.
  boolean isPresigned() {
    return json.contains(PRESIGNED);
  }
}
