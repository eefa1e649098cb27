// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.util.Map;

/// An event for each function that goes its usual way and leaves little behind.
final class FunctionEvents {
  /// Where the programs are that run with a function's jars.
  static final String JAR = "benchmarks-0.1.0-SNAPSHOT.jar";

  private static final String QUEUED =
      """
      {"Records":[{"messageId":"m","receiptHandle":"r","eventSource":"aws:sqs",
      "eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:q",
      "attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"%1$d"},"body":"%2$s"}]}
      """;
  private static final String BATCH =
      "{\\\"batch\\\":{\\\"v\\\":1,\\\"device\\\":\\\"cold\\\",\\\"epoch\\\":1764028800000,\\\"lane\\\":0,"
          + "\\\"firstSeq\\\":1,\\\"t0\\\":%1$d,\\\"sensors\\\":[{\\\"name\\\":\\\"t\\\",\\\"unit\\\":\\\"Cel\\\","
          + "\\\"rows\\\":[[0,21.5],[1000,21.75]]}]},\\\"thing\\\":\\\"cold\\\",\\\"receivedMs\\\":%1$d}";
  private static final String REQUEST =
      """
      {"version":"2.0","routeKey":"%s","rawPath":"/","headers":{"content-type":"application/json"},
      "pathParameters":{"rule":"none"},
      "requestContext":{"requestId":"r","timeEpoch":%d,"accountId":"000000000000","stage":"$default",
      "authorizer":{"jwt":{"claims":{"username":"bench","sub":"bench","cognito:groups":"[admin]"},"scopes":null}},
      "http":{"method":"%s","path":"/","sourceIp":"127.0.0.1"}},"isBase64Encoded":false}
      """;
  private static final Map<String, String> ROUTES =
      Map.of(
          "query", "GET /devices",
          "command", "DELETE /rules/{rule}",
          "quarantine", "GET /quarantine",
          "users", "GET /users",
          "fleet", "GET /serials",
          "jobs", "GET /jobs",
          "schedule", "GET /schedules",
          "health", "GET /health");

  private FunctionEvents() {}

  static String of(String label) {
    String route = ROUTES.get(label);
    if (route != null) {
      return REQUEST.formatted(route, System.currentTimeMillis(), route.split(" ")[0]);
    }
    long nowMs = System.currentTimeMillis();
    return switch (label) {
      case "telemetry" -> QUEUED.formatted(nowMs, BATCH.formatted(nowMs - 5_000));
      case "rollup" -> QUEUED.formatted(nowMs, "{\\\"device\\\":\\\"none\\\",\\\"hourMs\\\":0}");
      case "sweep", "absence" -> "{}";
      case "outcome" ->
          """
          {"thing":"cold","receivedMs":%d,"reported":{"lamp":{"id":"%d-none","value":true,
          "expiresAtMs":%d,"status":"SUCCEEDED","atMs":%d}}}
          """
              .formatted(nowMs, nowMs, nowMs, nowMs);
      case "presence" ->
          """
          {"thing":"cold","eventType":"connected","atMs":%d,"version":1,"receivedMs":%d}
          """
              .formatted(nowMs, nowMs);
      case "authorizer" ->
          """
          {"token":"","signatureVerified":false,"protocols":["tls","http","mqtt"],
          "protocolData":{"mqtt":{"username":"d2Vi","password":"eA==","clientId":"web-1"}},
          "connectionMetadata":{"id":"1"}}
          """;
      case "admission" ->
          """
          {"claimCertificateId":"c","certificateId":"d","certificatePem":"p",
          "templateArn":"arn:aws:iot:us-east-1:000000000000:provisioningtemplate/fieldline-dev-provisioning",
          "clientId":"cold","parameters":{"SerialNumber":"cold"}}
          """;
      default -> throw new IllegalArgumentException("no event for the function " + label);
    };
  }
}
