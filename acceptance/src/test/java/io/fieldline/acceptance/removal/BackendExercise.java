// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.lambdas.series.HourParts;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.s3.S3Client;

/// The functions behind API, schedule and site, each made to use every permission that it has.
final class BackendExercise implements AutoCloseable {
  private static final String ALIAS = "live";
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);

  private final ObjectMapper json = new ObjectMapper();
  private final Pipeline pipeline;
  private final Grants grants;
  private final Person admin;
  private final LambdaClient lambda;
  private final S3Client s3;
  private final HttpServer answers;
  private final JsonNode siteProperties;
  private volatile String siteAnswer = "";

  BackendExercise(Pipeline pipeline, Grants grants) throws IOException, InterruptedException {
    this.pipeline = pipeline;
    this.grants = grants;
    this.admin = pipeline.person("admin", "operator");
    this.lambda = pipeline.aws().client(LambdaClient.builder());
    this.s3 = pipeline.aws().client(S3Client.builder().forcePathStyle(true));
    answers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answers.createContext(
        "/",
        exchange -> {
          siteAnswer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    answers.start();
    siteProperties = siteProperties();
  }

  @Override
  public void close() {
    answers.stop(0);
  }

  /// After the stack was started anew: a kept connection is found dead by what may be asked twice.
  void reconnect() {
    s3.listBuckets();
  }

  Person admin() {
    return admin;
  }

  /// Every route that reads.
  void query(String device) {
    answered(admin.get("/devices"));
    answered(admin.get("/devices/" + device));
    answered(admin.get("/devices/" + device + "/series?fromMs=0&toMs=1"));
    answered(admin.get("/devices/" + device + "/commands"));
    answered(admin.get("/devices/" + device + "/alarms"));
    answered(admin.put("/groups/removal-read", "{}"));
    answered(admin.put("/groups/removal-read/devices/" + device, ""));
    answered(admin.get("/devices?group=removal-read"));
  }

  /// Every route that writes.
  void command(String device) {
    // The second supersedes the first.
    String commands = "/devices/" + device + "/commands";
    answered(admin.post(commands, "{\"actuator\":\"lamp\",\"value\":true}"));
    answered(admin.post(commands, "{\"actuator\":\"lamp\",\"value\":false}"));
    answered(admin.post("/devices/" + device + "/live", "{}"));
    Person.Answer toMany =
        admin.post(
            "/commands", "{\"actuator\":\"lamp\",\"value\":true,\"devices\":[\"" + device + "\"]}");
    answered(toMany);
    answered(admin.get("/commands"));
    String many = toMany.body().path("id").asText();
    answered(admin.get("/commands/" + many));
    answered(admin.get("/commands/" + many + "/devices"));
    admin.command(device, many, one -> !one.isMissingNode());
    String rule =
        "{\"device\":\"" + device + "\",\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":1}";
    answered(admin.put("/rules/removal-none", rule));
    agentKnows(device, "removal-none", true);
    answered(admin.delete("/rules/removal-none"));
    agentKnows(device, "removal-none", false);
    answered(admin.put("/groups/removal-rule", "{}"));
    answered(
        admin.put(
            "/rules/removal-group",
            "{\"group\":\"removal-rule\",\"sensor\":\"t\",\"side\":\"ABOVE\",\"threshold\":1}"));
    answered(admin.delete("/rules/removal-group"));
  }

  /// What the function has told the agent, by its queue.
  private void agentKnows(String thing, String rule, boolean does) {
    Await.until(
        rule + " told to the agent: " + does,
        TOLD_WITHIN,
        () -> {
          try {
            return pipeline
                .aws()
                .iotData()
                .getThingShadow(get -> get.thingName(thing).shadowName(Topics.ALARMS_SHADOW))
                .payload()
                .asUtf8String();
          } catch (
              software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException none) {
            return "";
          }
        },
        shadow -> shadow.contains(rule) == does);
  }

  /// What rules and a function put aside, listed, shown, sent again and dropped.
  void quarantine(String thing) {
    var sqs = pipeline.aws().sqs();
    String url = sqs.getQueueUrl(get -> get.queueName("fieldline-dev-quarantine")).queueUrl();
    long nowMs = System.currentTimeMillis();
    String unique = "removal-" + System.nanoTime();
    var ofFunction = json.createObjectNode().put("atMs", nowMs).put("messageId", unique);
    ofFunction.put("kind", "MALFORMED").put("reason", unique).put("source", "function:telemetry");
    ofFunction.put("to", "ingest").put("message", "{}");
    var put = new ArrayList<>(List.of(ofFunction));
    put.add(ofRule(unique, "telemetry", Topics.telemetry(thing)));
    put.add(ofRule(unique, "telemetry_deflate", Topics.deflatedTelemetry(thing)));
    put.add(ofRule(unique, "presence", "$aws/events/presence/connected/" + thing));
    put.add(
        ofRule(
            unique,
            "outcomes",
            Topics.accepted(Topics.shadow(thing, Topics.COMMANDS_SHADOW).update())));
    put.forEach(body -> sqs.sendMessage(send -> send.queueUrl(url).messageBody(body.toString())));
    var entries =
        Await.until(
            "entries of the quarantine",
            Duration.ofSeconds(10),
            () -> {
              var found = new ArrayList<String>();
              for (JsonNode entry : admin.get("/quarantine?limit=20").body().path("entries")) {
                if (entry.path("reason").asText().contains(unique)) {
                  found.add("/quarantine/" + entry.path("id").asText());
                }
              }
              return found;
            },
            found -> found.size() == put.size());
    for (String entry : entries) {
      answered(admin.get(entry));
      answered(admin.post(entry + "/replay", "{}"));
      answered(admin.delete(entry));
    }
  }

  /// An hour of a device, told of without the delay of its queue.
  void rollup(String device) {
    var sqs = pipeline.aws().sqs();
    String url = sqs.getQueueUrl(get -> get.queueName("fieldline-dev-rollup")).queueUrl();
    long hourMs = HourParts.hourOf(System.currentTimeMillis());
    var message = json.createObjectNode().put("device", device).put("hourMs", hourMs);
    sqs.sendMessage(send -> send.queueUrl(url).messageBody(message.toString()).delaySeconds(0));
  }

  /// How the pipeline is.
  void health() {
    answered(admin.get("/health"));
  }

  /// Somebody invited, promoted, shut out, let in again, and listed.
  void users() {
    String person = "/users/removal-" + System.nanoTime() + "@fieldline.example";
    answered(admin.put(person, "{\"role\":\"viewer\"}"));
    answered(admin.put(person, "{\"role\":\"operator\",\"enabled\":false}"));
    answered(admin.put(person, "{\"role\":\"operator\"}"));
    answered(admin.get("/users"));
  }

  /// Serial numbers added, allowed again, listed and removed.
  void serials() {
    String serial = "removal-" + System.nanoTime();
    answered(admin.post("/serials", "{\"csv\":\"serial\\n" + serial + "\"}"));
    answered(admin.put("/serials/" + serial, ""));
    answered(admin.get("/serials"));
    answered(admin.delete("/serials/" + serial));
  }

  /// A thing put into a group and out of it, and of a type; the group made and deleted.
  void groups() {
    String name = "removal-" + System.nanoTime();
    pipeline.gateway(name);
    put(
        pipeline.output("FleetTableName"),
        FleetKeys.device(name),
        Map.of("thing", AttributeValue.fromS(name)));
    answered(admin.put("/groups/" + name, "{}"));
    answered(admin.put("/groups/" + name + "/devices/" + name, ""));
    answered(admin.post("/groups/" + name + "/devices", "{\"remove\":[\"" + name + "\"]}"));
    answered(admin.put("/devices/" + name + "/type", "{\"type\":\"removal\"}"));
    answered(admin.put("/devices/" + name + "/type", "{\"type\":\"\"}"));
    answered(admin.delete("/groups/" + name));
    Await.until(
        "the end of the group " + name,
        Duration.ofSeconds(10),
        () -> {
          try {
            pipeline
                .aws()
                .iot()
                .describeThingGroup(get -> get.thingGroupName("fieldline-dev-" + name));
            return false;
          } catch (ResourceNotFoundException gone) {
            return true;
          }
        },
        gone -> gone);
  }

  /// A schedule of a device, made, changed, listed and deleted; one that makes no sense; and one
  /// that is due.
  void schedules(String device) {
    String schedule = "/schedules/removal-" + System.nanoTime();
    String daily = "{\"cron\":\"0 6 * * ? *\"," + lampOf(device);
    answered(admin.put(schedule, daily));
    answered(admin.put(schedule, daily.replace("true", "false")));
    answered(admin.get("/schedules"));
    answered(admin.delete(schedule));
    Person.Answer refused = admin.put(schedule, daily.replace("0 6", "99 6"));
    if (refused.status() != 400) {
      throw new AssertionError("expected no such minute, got " + refused);
    }
    String at = LocalDateTime.now(ZoneOffset.UTC).plusSeconds(2).withNano(0).toString();
    String once = "{\"at\":\"" + (at.length() == 16 ? at + ":00" : at) + "\"," + lampOf(device);
    answered(admin.put(schedule, once));
    Await.until(
        "the run of " + schedule,
        Duration.ofSeconds(15),
        () -> admin.get(schedule + "/runs").body().path("commands").size(),
        runs -> runs == 1);
    answered(admin.delete(schedule));
  }

  private static String lampOf(String devices) {
    return "\"devices\":[\"" + devices + "\"],\"actuator\":\"lamp\",\"value\":true}";
  }

  /// A certificate of a thing seen and revoked.
  void certificates() {
    String thing = "removal-" + System.nanoTime();
    pipeline.gateway(thing);
    String all = "/devices/" + thing + "/certificates";
    Person.Answer seen = admin.get(all);
    answered(seen);
    String id = seen.body().path("certificates").path(0).path("certificate").asText();
    answered(admin.post(all + "/" + id + "/revoke", "{}"));
  }

  /// A thing with all that it may have, deleted; the second round is told to the queue without its
  /// delay.
  void deletion() {
    String thing = "removal-" + System.nanoTime();
    pipeline.gateway(thing);
    var iot = pipeline.aws().iot();
    var data = pipeline.aws().iotData();
    iot.createThingGroup(create -> create.thingGroupName("removal"));
    iot.addThingToThingGroup(add -> add.thingName(thing).thingGroupName("removal"));
    String arn = iot.describeThing(get -> get.thingName(thing)).thingArn();
    iot.createJob(create -> create.jobId(thing).targets(arn).document("{}"));
    SdkBytes state = SdkBytes.fromUtf8String("{\"state\":{\"reported\":{\"lamp\":true}}}");
    data.updateThingShadow(update -> update.thingName(thing).payload(state));
    data.updateThingShadow(update -> update.thingName(thing).shadowName("config").payload(state));
    var item =
        Map.of("pk", AttributeValue.fromS("L#" + thing), "sk", AttributeValue.fromS("LATEST"));
    pipeline
        .aws()
        .dynamoDb()
        .putItem(put -> put.tableName(pipeline.output("TelemetryTableName")).item(item));
    put(
        pipeline.output("FleetTableName"),
        FleetKeys.device(thing),
        Map.of("thing", AttributeValue.fromS(thing)));
    put(
        pipeline.output("FleetTableName"),
        FleetKeys.device(thing + ":other"),
        Map.of("thing", AttributeValue.fromS("removal-other")));
    String daily = "{\"cron\":\"0 6 * * ? *\",";
    answered(admin.put("/schedules/" + thing, daily + lampOf(thing)));
    answered(
        admin.put(
            "/schedules/" + thing + "-2", daily + lampOf(thing + "\",\"" + thing + ":other")));
    answered(admin.delete("/devices/" + thing));
    var sqs = pipeline.aws().sqs();
    String url = sqs.getQueueUrl(get -> get.queueName("fieldline-dev-deletion")).queueUrl();
    Await.until(
        "the deletion of " + thing,
        Duration.ofSeconds(10),
        () -> {
          sqs.sendMessage(
              send -> send.queueUrl(url).messageBody("{\"thing\":\"" + thing + "\",\"round\":2}"));
          for (JsonNode one : admin.get("/deletions?limit=200").body().path("deletions")) {
            if (one.path("device").asText().equals(thing)) {
              return one.has("doneMs");
            }
          }
          return false;
        },
        done -> done);
    if (admin.get("/schedules/" + thing).status() != 404) {
      throw new AssertionError("the schedule of a deleted device is left");
    }
    answered(admin.delete("/schedules/" + thing + "-2"));
    answered(admin.delete("/deletions/" + thing));
  }

  private ObjectNode ofRule(String unique, String rule, String topic) {
    var document = json.createObjectNode().put("ruleName", "fieldline_dev_" + rule);
    document.put("topic", topic).put("base64OriginalPayload", "e30=");
    document.putArray("failures").addObject().put("errorMessage", unique);
    return document;
  }

  static void answered(Person.Answer answer) {
    if (answer.status() >= 300) {
      throw new AssertionError("the API refuses: " + answer);
    }
  }

  /// A rule whose alarm commands.
  void alarmRule(String device) {
    admin.put(
        "/rules/removal-hot",
        """
        {"device":"%s","sensor":"temperature","side":"ABOVE","threshold":30,"command":
         {"thing":"%s","actuator":"lamp","value":true,"validForMs":60000}}
        """
            .formatted(device, device));
  }

  /// A command that nobody answered in time, and the sweep.
  void sweep(String thing) {
    long issuedMs = System.currentTimeMillis() - 3_600_000;
    long expiresMs = issuedMs + 1000;
    String id = FleetKeys.commandId(issuedMs, "sweep");
    String table = pipeline.output("FleetTableName");
    var dynamo = pipeline.aws().dynamoDb();
    dynamo.putItem(put ->
        put.tableName(table)
            .item(
                FleetKeys.command(thing, issuedMs, id)
                    .with(Map.of("status", AttributeValue.fromS("PENDING")))));
    dynamo.putItem(put ->
        put.tableName(table)
            .item(
                FleetKeys.open(expiresMs, thing, id)
                    .with(
                        Map.of(
                            "thing", AttributeValue.fromS(thing),
                            "id", AttributeValue.fromS(id),
                            "expiresAtMs", AttributeValue.fromN(String.valueOf(expiresMs))))));
    invoke("SweepFunction", "{}", InvocationType.REQUEST_RESPONSE);
  }

  /// A rule about a device of which nothing comes any more, long enough ago; and then something
  /// does.
  void absence(String thing) {
    long nowMs = System.currentTimeMillis();
    String silent = thing + ":silent";
    String rule = "removal-silent";
    var fleet = pipeline.output("FleetTableName");
    put(fleet, FleetKeys.device(silent), Map.of("thing", AttributeValue.fromS(thing)));
    put(
        fleet,
        FleetKeys.rule(rule),
        Map.of(
            "json",
            AttributeValue.fromS(
                """
                {"name":"%s","device":"%s","kind":"ABSENCE","afterSeconds":60,"command":
                 {"thing":"%s","actuator":"lamp","value":true,"validForMs":60000}}
                """
                    .formatted(rule, silent, thing))));
    put(
        fleet,
        FleetKeys.alarm(thing, silent, rule),
        Map.of(
            "kind", AttributeValue.fromS("ABSENCE"),
            "device", AttributeValue.fromS(silent),
            "sensor", AttributeValue.fromS(""),
            "raised", AttributeValue.fromBool(false),
            "sinceMs", AttributeValue.fromN("0"),
            "lastMs", AttributeValue.fromN("-1"),
            "value", AttributeValue.fromN("0"),
            "beyondMs", AttributeValue.fromN(String.valueOf(nowMs - 150_000))));
    try {
      for (long heardMs : new long[] {nowMs - 600_000, nowMs}) {
        put(
            pipeline.output("TelemetryTableName"),
            TelemetryKeys.latest(silent),
            Map.of(
                TelemetryKeys.latestOf("t"),
                AttributeValue.fromM(Map.of("atMs", AttributeValue.fromN("" + heardMs)))));
        invoke("AbsenceFunction", "{}", InvocationType.REQUEST_RESPONSE);
      }
    } finally {
      pipeline
          .aws()
          .dynamoDb()
          .deleteItem(delete -> delete.tableName(fleet).key(FleetKeys.rule(rule).attributes()));
    }
  }

  private void put(String table, Key key, Map<String, AttributeValue> attributes) {
    pipeline.aws().dynamoDb().putItem(put -> put.tableName(table).item(key.with(attributes)));
  }

  /// The site published anew over a file that is of no use any more.
  void site() {
    String bucket = siteProperties.path("TargetBucket").asText();
    s3.putObject(put -> put.bucket(bucket).key("stale.txt"), RequestBody.fromString("old"));
    ObjectNode event = json.createObjectNode();
    event.put("RequestType", "Update").put("StackId", "s").put("LogicalResourceId", "Site");
    event.put("RequestId", "removal-" + System.nanoTime()).put("PhysicalResourceId", "site");
    event.put("ResponseURL", "http://127.0.0.1:" + answers.getAddress().getPort() + "/");
    event.set("ResourceProperties", siteProperties);
    siteAnswer = "none";
    invoke("SiteFunction", event.toString(), InvocationType.REQUEST_RESPONSE);
    if (!siteAnswer.contains("SUCCESS")) {
      throw new AssertionError("the site was not published: " + siteAnswer);
    }
  }

  /// An event that a function cannot take, asynchronously and without a second try: its dead
  /// letter.
  void deadLetter(String logicalName) {
    String function = function(logicalName);
    var config =
        lambda.getFunctionEventInvokeConfig(get -> get.functionName(function).qualifier(ALIAS));
    lambda.putFunctionEventInvokeConfig(put ->
        put.functionName(function)
            .qualifier(ALIAS)
            .destinationConfig(config.destinationConfig())
            .maximumRetryAttempts(0));
    invoke(logicalName, "[]", InvocationType.EVENT);
  }

  /// The mappings from queues to functions, made once more and deleted.
  void queueMappings() {
    lambda.listEventSourceMappings().eventSourceMappings().forEach(this::again);
  }

  private void again(EventSourceMappingConfiguration there) {
    try {
      String made =
          lambda
              .createEventSourceMapping(create ->
                  create
                      .eventSourceArn(there.eventSourceArn())
                      .functionName(there.functionArn())
                      .enabled(false))
              .uuid();
      lambda.deleteEventSourceMapping(delete -> delete.uuid(made));
    } catch (LambdaException denied) {
      // Told in the stack's log too.
    }
  }

  /// The app's page from the distribution.
  void page() throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      URI at = pipeline.app().resolve("index.html?" + System.nanoTime());
      int status =
          http.send(HttpRequest.newBuilder(at).build(), BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new AssertionError("the page answers " + status);
      }
    }
  }

  private void invoke(String logicalName, String event, InvocationType type) {
    String function = function(logicalName);
    var answer =
        lambda.invoke(invoke ->
            invoke
                .functionName(function)
                .qualifier(ALIAS)
                .invocationType(type)
                .payload(SdkBytes.fromUtf8String(event)));
    if (answer.functionError() != null) {
      throw new AssertionError(logicalName + " failed: " + answer.payload().asUtf8String());
    }
  }

  private String function(String logicalName) {
    return grants.resources("AWS::Lambda::Function").stream()
        .filter(resource -> resource.logicalResourceId().contains(logicalName))
        .findFirst()
        .orElseThrow()
        .physicalResourceId();
  }

  /// What CloudFormation gave the custom resource, told by the template and by what it made.
  private JsonNode siteProperties() throws IOException, InterruptedException {
    String template =
        pipeline
            .aws()
            .client(CloudFormationClient.builder())
            .getTemplate(get -> get.stackName("Fieldline-dev"))
            .templateBody();
    JsonNode site = json.createObjectNode();
    for (JsonNode resource : json.readTree(template).path("Resources")) {
      if (resource.path("Type").asText().equals("Custom::FieldlineSite")) {
        site = resource.path("Properties");
      }
    }
    ObjectNode config;
    try (var http = HttpClient.newHttpClient()) {
      URI at = pipeline.app().resolve("config.json");
      config =
          (ObjectNode)
              json.readTree(
                  http.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString()).body());
    }
    config.remove("iotEndpoint");
    ObjectNode properties = json.createObjectNode();
    properties.put("SourceBucket", "cdk-hnb659fds-assets-000000000000-us-east-1");
    properties.set("SourceKey", site.path("SourceKey"));
    properties.put("TargetBucket", physical("AWS::S3::Bucket"));
    properties.put("DistributionId", physical("AWS::CloudFront::Distribution"));
    properties.set("Config", config);
    return properties;
  }

  private String physical(String type) {
    return grants.resources(type).getFirst().physicalResourceId();
  }
}
