// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The custom resource `Custom::FieldlineSite`. Every request is answered, whatever becomes of it:
/// without an answer the stack would wait until its timeout.
///
/// Source: AWS CloudFormation User Guide, Custom resource request and response objects.
public final class SiteHandler implements RequestStreamHandler {
  private static final System.Logger LOG = System.getLogger(SiteHandler.class.getName());
  private static final int MAX_REASON = 1000;

  private final Publication publication;
  private final Answers answers;

  /// The function as it is deployed.
  public SiteHandler() {
    this(
        new S3Buckets(Clients.s3(Environment.ofProcess())),
        new AwsSurroundings(Clients.iot(), Clients.cloudFront()),
        new HttpAnswers());
    JsonLines.install();
  }

  SiteHandler(Buckets buckets, Surroundings surroundings, Answers answers) {
    this.publication = new Publication(buckets, surroundings);
    this.answers = answers;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    LogScope.of(
        context,
        () -> {
          take(JsonObject.parse(input));
          return true;
        });
  }

  private void take(JsonObject request) throws IOException {
    var failure = failureOf(request);
    failure.ifPresent(
        reason -> LOG.log(System.Logger.Level.ERROR, "site failed", Map.of("reason", reason)));
    answers.send(URI.create(request.text("ResponseURL")), answer(request, failure));
  }

  private Optional<String> failureOf(JsonObject request) {
    try {
      carryOut(request);
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      var reason = e.getClass().getSimpleName() + ": " + e.getMessage();
      return Optional.of(reason.substring(0, Math.min(reason.length(), MAX_REASON)));
    }
  }

  private void carryOut(JsonObject request) throws IOException {
    var properties = request.object("ResourceProperties");
    switch (request.text("RequestType")) {
      case "Create", "Update" -> publication.publish(properties, request.text("RequestId"));
      case "Delete" -> publication.remove(properties);
      case String other ->
          throw new MessageException(
              "RequestType: expected Create, Update or Delete, got '" + other + "'");
    }
  }

  private static byte[] answer(JsonObject request, Optional<String> failure)
      throws MessageException {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("Status", failure.isPresent() ? "FAILED" : "SUCCESS");
    failure.ifPresent(reason -> answer.put("Reason", reason));
    answer.put("PhysicalResourceId", physicalId(request));
    answer.put("StackId", request.text("StackId"));
    answer.put("RequestId", request.text("RequestId"));
    answer.put("LogicalResourceId", request.text("LogicalResourceId"));
    return JsonObject.write(answer);
  }

  /// The site is its bucket: another bucket is another resource, and the old one is then deleted.
  private static String physicalId(JsonObject request) throws MessageException {
    if (request.text("RequestType").equals("Delete")) {
      return request.text("PhysicalResourceId");
    }
    var bucket = request.optionalObject("ResourceProperties").optionalText("TargetBucket");
    return "site-" + bucket.orElse("unknown");
  }
}
