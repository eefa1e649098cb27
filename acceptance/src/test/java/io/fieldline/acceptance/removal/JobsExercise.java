// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import static io.fieldline.acceptance.removal.BackendExercise.answered;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.lambdas.tables.FleetKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iotjobsdataplane.IotJobsDataPlaneClient;
import software.amazon.awssdk.services.s3.S3Client;

/// The function of jobs, and the role with which AWS IoT reads what jobs bring.
final class JobsExercise {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Pipeline pipeline;
  private final Person admin;

  JobsExercise(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.admin = pipeline.person("admin", "operator");
  }

  /// A job for a device and a group, looked at from all sides, canceled for one and for all, and
  /// deleted; and two that are refused.
  void everything(String thing) {
    answered(admin.put("/groups/removal-jobs", "{}"));
    String document = "{\"document\":{\"fieldline\":{\"type\":\"reboot\"}},";
    String who = "\"devices\":[\"" + thing + "\"],\"groups\":[\"removal-jobs\"]}";
    Person.Answer made = admin.post("/jobs", document + who);
    answered(made);
    String job = "/jobs/" + made.body().path("job").asText();
    String device = job + "/devices/" + thing;
    answered(admin.get("/jobs"));
    answered(admin.get(job));
    answered(admin.get(job + "/devices"));
    answered(admin.get(device));
    answered(admin.get("/devices/" + thing + "/jobs"));
    answered(admin.post(device + "/cancel", "{}"));
    String second = "/jobs/" + admin.post("/jobs", document + who).body().path("job").asText();
    answered(admin.post(second + "/cancel", "{}"));
    answered(admin.get(second));
    for (String over : List.of(job, second)) {
      answered(admin.delete(over));
    }
    Person.Answer refused = admin.post("/jobs", document + "\"groups\":[\"removal-none\"]}");
    if (refused.status() != 404) {
      throw new AssertionError("expected no such group, got " + refused);
    }
    registeredOnly("removal-ghost");
    Person.Answer unmade = admin.post("/jobs", document + "\"devices\":[\"removal-ghost\"]}");
    if (unmade.status() / 100 != 4) {
      throw new AssertionError("expected a thing that is not there, got " + unmade);
    }
  }

  /// A device whose thing was deleted in AWS IoT.
  private void registeredOnly(String device) {
    var item = FleetKeys.device(device).with(Map.of("thing", AttributeValue.fromS(device)));
    pipeline
        .aws()
        .dynamoDb()
        .putItem(put -> put.tableName(pipeline.output("FleetTableName")).item(item));
  }

  /// A job that brings what is in the stage's bucket.
  void updates(String thing) throws IOException, InterruptedException {
    String bucket = pipeline.output("UpdatesBucket");
    try (var s3 = pipeline.aws().client(S3Client.builder().forcePathStyle(true))) {
      s3.putObject(put -> put.bucket(bucket).key("removal"), RequestBody.fromString("new"));
    }
    Person.Answer made =
        admin.post(
            "/jobs",
            """
            {"document":{"fieldline":{"type":"update","version":"2","bytes":1,"unpackedBytes":1,"sha256":"-",
            "signature":"-","url":"${aws:iot:s3-presigned-url:https://s3.us-east-1.amazonaws.com/%s/removal}"}},
            "devices":["%s"]}
            """
                .formatted(bucket, thing));
    answered(made);
    String job = made.body().path("job").asText();
    try (var devices = pipeline.aws().client(IotJobsDataPlaneClient.builder());
        var http = HttpClient.newHttpClient()) {
      String document =
          devices
              .describeJobExecution(one -> one.jobId("fieldline-dev-" + job).thingName(thing))
              .execution()
              .jobDocument();
      var address = URI.create(JSON.readTree(document).at("/fieldline/url").asText());
      int status =
          http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
              .statusCode();
      if (status != 200) {
        throw new AssertionError("expected what the job brings, got " + status);
      }
    } finally {
      admin.post("/jobs/" + job + "/cancel", "{\"force\":true}");
      admin.delete("/jobs/" + job);
    }
  }
}
