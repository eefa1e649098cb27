// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// How long the query function takes for the longest chart that people ask for.
final class YearChart implements Question {
  private static final String DEVICE = "year";
  private static final int DAYS = 365;
  private static final int WARM_UP = 60;
  private static final int MOST_POINTS = 1_500;
  private static final Pattern TOOK = Pattern.compile("\\tDuration: ([0-9.]+) ms");
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  @Override
  public String name() {
    return "year-chart";
  }

  @Override
  public String text() {
    return "How long does the series of a year take, of four sensors that were read once a second?";
  }

  @Override
  public String how() {
    return """
    Our template is deployed by the real `cdk`. A device has the day items of 365 days, made by the
    rollup function's own classes, as they are after a year: 126 million readings. Somebody signed in asks the HTTP API for the
    whole year, 60 times before it counts. The function's time is the `Duration` of Lambda's REPORT line: reading,
    unpacking, merging and the answer's JSON, with the local stack's DynamoDB in place of AWS's. A call is what a
    client on this machine waits for. Read units are what the queries say that they consumed.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(100);
    try (var stack = new Stack(at, Optional.of(at.folder().resolve("data")))) {
      var deployment = new Deployment(at, stack, "app");
      deployment.deploy();
      try (var signIn = new SignIn(stack, deployment)) {
        long toMs = Instant.now().truncatedTo(ChronoUnit.DAYS).toEpochMilli();
        long fromMs = toMs - Duration.ofDays(DAYS).toMillis();
        heard(stack);
        fill(at, stack, fromMs);
        URI chart =
            URI.create(
                signIn.local(deployment.output("ApiUrl"))
                    + "/devices/%s/series?fromMs=%d&toMs=%d".formatted(DEVICE, fromMs, toMs - 1));
        String token = signIn.token();
        for (int i = 0; i < WARM_UP; i++) {
          asked(chart, token);
        }
        Instant began = Instant.now();
        var calls = new Samples();
        HttpResponse<String> answer = asked(chart, token);
        for (int i = 0; i < rounds; i++) {
          if (i % 10 == 0) {
            report.yardstick().lay();
          }
          long start = System.nanoTime();
          answer = asked(chart, token);
          calls.add((System.nanoTime() - start) / 1e6);
        }
        var function = durations(stack, began);
        report.atMost("the function's time, median", function.median(), 50, "ms");
        points(report, answer);
        report.ratio("a call / the function", calls.median() / function.median());
        report.figure("the function's time", "ms", function);
        report.figure("a call of the API", "ms", calls);
        report.figure("the answer", "KiB", answer.body().length() / 1024.0);
        report.figure("read units", "units", readUnits(stack));
      }
    }
  }

  /// Registers the device: its telemetry function takes a batch of it.
  private static void heard(Stack stack) {
    var lambda = stack.client(LambdaClient.builder());
    String event = FunctionEvents.of("telemetry").replace("cold", DEVICE);
    var answer =
        lambda.invoke(invoke ->
            invoke
                .functionName(function(lambda, "telemetry"))
                .payload(SdkBytes.fromUtf8String(event)));
    if (!answer.payload().asUtf8String().equals("{\"batchItemFailures\":[]}")) {
      throw new IllegalStateException(
          "expected a batch to be taken, got " + answer.payload().asUtf8String());
    }
  }

  private static String function(LambdaClient lambda, String label) {
    return lambda.listFunctionsPaginator().functions().stream()
        .map(function -> function.functionName())
        .filter(name -> name.endsWith("-" + label))
        .findFirst()
        .orElseThrow();
  }

  private static void fill(Workplace at, Stack stack, long fromMs) throws Exception {
    var classPath = new ArrayList<>(FunctionZip.unpacked(at, "rollup"));
    classPath.add(at.root().resolve("benchmarks/target/classes"));
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()),
            YearWork.class.getName(),
            DEVICE,
            String.valueOf(fromMs),
            String.valueOf(DAYS));
    var tables = stack.client(DynamoDbClient.builder());
    String table = table(stack);
    try (var work = Program.start(at.folder(), Map.of(), command)) {
      for (String line : work.ended(LIMIT).strip().lines().toList()) {
        String[] fields = line.split(" ");
        tables.putItem(put ->
            put.tableName(table)
                .item(
                    Map.of(
                        "pk", AttributeValue.fromS(fields[0]),
                        "sk", AttributeValue.fromS(fields[1]),
                        "readings", AttributeValue.fromN(fields[2]),
                        "packed",
                            AttributeValue.fromB(
                                SdkBytes.fromByteArray(Base64.getDecoder().decode(fields[3]))))));
      }
    }
  }

  private static String table(Stack stack) {
    var lambda = stack.client(LambdaClient.builder());
    String query = function(lambda, "query");
    String table =
        lambda
            .getFunctionConfiguration(get -> get.functionName(query))
            .environment()
            .variables()
            .get("TELEMETRY_TABLE");
    return Objects.requireNonNull(table);
  }

  private HttpResponse<String> asked(URI chart, String token) throws Exception {
    var answer =
        http.send(
            HttpRequest.newBuilder(chart).header("Authorization", "Bearer " + token).build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          "expected a series, got " + answer.statusCode() + " " + answer.body());
    }
    return answer;
  }

  private void points(Report report, HttpResponse<String> answer) throws Exception {
    JsonNode series = json.readTree(answer.body()).path("series");
    int most = 0;
    for (var one : series) {
      most = Math.max(most, one.path("timesMs").size());
    }
    report.atMost("points of a series", most, MOST_POINTS, "points");
    report.atLeast("series", series.size(), 4, "series");
    report.atLeast(
        "days that it is of",
        most > 0 ? days(series.path(0).path("timesMs")) : 0,
        DAYS - 1.0,
        "days");
  }

  private static double days(JsonNode timesMs) {
    long lengthMs = timesMs.get(timesMs.size() - 1).asLong() - timesMs.get(0).asLong();
    return lengthMs / (double) Duration.ofDays(1).toMillis();
  }

  private static Samples durations(Stack stack, Instant from) {
    var durations = new Samples();
    var lambda = stack.client(LambdaClient.builder());
    String query = function(lambda, "query");
    String group =
        lambda.getFunctionConfiguration(get -> get.functionName(query)).loggingConfig().logGroup();
    stack
        .client(CloudWatchLogsClient.builder())
        .filterLogEventsPaginator(
            filter -> filter.logGroupName(group).startTime(from.toEpochMilli()))
        .events()
        .forEach(event -> {
          Matcher took = TOOK.matcher(event.message());
          if (took.find()) {
            durations.add(Double.parseDouble(took.group(1)));
          }
        });
    return durations;
  }

  /// What the function's queries consume: each year's partition, as it reads them.
  private static double readUnits(Stack stack) {
    var tables = stack.client(DynamoDbClient.builder());
    String table = table(stack);
    double units = 0;
    int thisYear = Instant.now().atOffset(ZoneOffset.UTC).getYear();
    for (int year : List.of(thisYear - 1, thisYear)) {
      for (var page :
          tables.queryPaginator(query ->
              query
                  .tableName(table)
                  .keyConditionExpression("pk = :pk")
                  .expressionAttributeValues(
                      Map.of(":pk", AttributeValue.fromS("Y#" + DEVICE + "#" + year)))
                  .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))) {
        units += page.consumedCapacity().capacityUnits();
      }
    }
    return units;
  }
}
