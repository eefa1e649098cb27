// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Finds the operation of a request: by protocol header, target, signing name, action, path.
/// Thread-safe.
public final class Router {
  /// In place of a signature's service, where a device showed its certificate.
  public static final String BY_CERTIFICATE = "x509";

  private static final List<String> SERVICES =
      List.of(
          "iot",
          "iot-data",
          "iot-jobs-data",
          "lambda",
          "sqs",
          "dynamodb",
          "cloudformation",
          "cloudwatch",
          "logs",
          "s3",
          "sts",
          "iam",
          "ssm",
          "apigatewayv2",
          "cognito-idp",
          "cloudfront",
          "scheduler",
          "sns",
          "kms",
          "ecr",
          "budgets",
          "kinesis",
          "firehose",
          "codedeploy",
          "xray");

  private static final String TOPICS = "/topics/";

  /// Services by signing name, in the order in which their paths are tried. Debian's AWS CLI signs
  /// `iot` as `execute-api`.
  private static final Map<String, List<String>> BY_SIGNING =
      Map.ofEntries(
          Map.entry("iot", List.of("iot", "iot-data")),
          Map.entry("iotdata", List.of("iot-data")),
          Map.entry(BY_CERTIFICATE, List.of("iot-data", "iot-jobs-data")),
          Map.entry("iotdevicegateway", List.of("iot-data")),
          Map.entry("execute-api", List.of("iot", "iot-data")),
          Map.entry("monitoring", List.of("cloudwatch")),
          Map.entry("apigateway", List.of("apigatewayv2")));

  private static final Map<String, String> TARGETS =
      Map.ofEntries(
          Map.entry("AmazonSQS", "sqs"),
          Map.entry("DynamoDB_20120810", "dynamodb"),
          Map.entry("GraniteServiceVersion20100801", "cloudwatch"),
          Map.entry("Logs_20140328", "logs"),
          Map.entry("AmazonSSM", "ssm"),
          Map.entry("AWSCognitoIdentityProviderService", "cognito-idp"),
          Map.entry("TrentService", "kms"),
          Map.entry("AmazonEC2ContainerRegistry_V20150921", "ecr"),
          Map.entry("AWSBudgetServiceGateway", "budgets"),
          Map.entry("Kinesis_20131202", "kinesis"),
          Map.entry("Firehose_20150804", "firehose"),
          Map.entry("CodeDeploy_20141006", "codedeploy"));

  private static final Map<String, String> QUERY_VERSIONS =
      Map.of(
          "2012-11-05", "sqs",
          "2010-05-15", "cloudformation",
          "2010-08-01", "cloudwatch",
          "2011-06-15", "sts",
          "2010-05-08", "iam",
          "2010-03-31", "sns");

  private final Map<String, ServiceTable> tables = new ConcurrentHashMap<>();

  public static List<String> services() {
    return SERVICES;
  }

  /// A service's table, read at the first use.
  public ServiceTable table(String service) {
    return tables.computeIfAbsent(service, ServiceTable::load);
  }

  /// Whether a request's body may be large: it is an upload of S3.
  public boolean streams(WireRequest request, Optional<String> signing) {
    return !isForm(request)
        && request.header("x-amz-target").isEmpty()
        && signing.map("s3"::equals).orElse(true);
  }

  /// @param signing the service named in the signature, if it is signed
  /// @param body the whole body, or empty for a request that streams
  public Routed route(WireRequest request, Optional<String> signing, byte[] body) {
    if (request.header("smithy-protocol").map("rpc-v2-cbor"::equals).orElse(false)) {
      return cbor(request.path());
    }
    Optional<String> target = request.header("x-amz-target");
    if (target.isPresent()) {
      return target(target.get(), request.isCbor() ? Protocol.CBOR_1_1 : Protocol.JSON);
    }
    Optional<String> action = form(request, body, "Action");
    if (action.isPresent()) {
      return query(action.get(), form(request, body, "Version"), signing);
    }
    for (String service : candidates(signing)) {
      Optional<Routed> routed = byPath(table(service), request);
      if (routed.isPresent()) {
        return routed.get();
      }
    }
    throw unknown(signing.orElse("any service"), request.method() + " " + request.path());
  }

  private Routed cbor(String path) {
    String[] parts = path.split("/");
    String service = parts.length == 5 ? TARGETS.getOrDefault(parts[2], "") : "";
    if (service.isEmpty()) {
      throw unknown("rpc-v2-cbor", path);
    }
    return table(service)
        .operation(parts[4])
        .map(o -> new Routed(o, Protocol.CBOR))
        .orElseThrow(() -> unknown(service, parts[4]));
  }

  private Routed target(String target, Protocol protocol) {
    int dot = target.lastIndexOf('.');
    String service = dot < 0 ? "" : TARGETS.getOrDefault(target.substring(0, dot), "");
    if (service.isEmpty()) {
      throw unknown("X-Amz-Target", target);
    }
    return table(service)
        .operation(target.substring(dot + 1))
        .map(o -> new Routed(o, protocol))
        .orElseThrow(() -> unknown(service, target.substring(dot + 1)));
  }

  private Routed query(String action, Optional<String> version, Optional<String> signing) {
    String service =
        version
            .map(QUERY_VERSIONS::get)
            .or(() -> signing.map(s -> s.equals("monitoring") ? "cloudwatch" : s))
            .orElse("");
    if (!QUERY_VERSIONS.containsValue(service)) {
      throw unknown(signing.orElse("Query"), action);
    }
    return table(service)
        .operation(action)
        .map(o -> new Routed(o, Protocol.QUERY))
        .orElseThrow(() ->
            new AwsFailure(
                "InvalidAction",
                400,
                "Could not find operation " + action + " for service " + service));
  }

  private static List<String> candidates(Optional<String> signing) {
    if (signing.isPresent()) {
      String name = signing.get();
      List<String> known = BY_SIGNING.get(name);
      if (known != null) {
        return known;
      }
      return SERVICES.contains(name) ? List.of(name) : List.of();
    }
    return new ArrayList<>(List.of("s3"));
  }

  private static Optional<Routed> byPath(ServiceTable table, WireRequest request) {
    Protocol protocol =
        table.protocol().equals("rest-xml") ? Protocol.REST_XML : Protocol.REST_JSON;
    return table
        .match(ofTopic(table, request))
        .map(m -> new Routed(m.operation(), protocol, m.labels()));
  }

  /// A topic may come as it is, without its slashes encoded, as in the Developer Guide's "HTTPS"
  /// examples.
  private static WireRequest ofTopic(ServiceTable table, WireRequest request) {
    boolean topic = table.name().equals("iot-data") && request.path().startsWith(TOPICS);
    return topic
        ? request.withPath(TOPICS + request.path().substring(TOPICS.length()).replace("/", "%2F"))
        : request;
  }

  private static Optional<String> form(WireRequest request, byte[] body, String name) {
    List<String> inQuery = request.parameters().get(name);
    if (inQuery != null) {
      return Optional.of(inQuery.getFirst());
    }
    return isForm(request)
        ? Optional.ofNullable(
            WireRequest.form(new String(body, java.nio.charset.StandardCharsets.UTF_8)).get(name))
        : Optional.empty();
  }

  private static boolean isForm(WireRequest request) {
    return request
        .header("content-type")
        .map(t -> t.startsWith("application/x-www-form-urlencoded"))
        .orElse(false);
  }

  private static AwsFailure unknown(String service, String what) {
    return new AwsFailure(
        "UnknownOperationException",
        400,
        "This local stack knows no operation of " + service + " at " + what);
  }
}
