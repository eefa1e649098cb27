// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/// The local stack in a process of its own, started as the launcher starts it, on free ports.
final class Stack implements AutoCloseable {
  private final Program program;
  private final double readyMs;
  private final URI endpoint;
  private final int mqttPort;
  private final List<SdkClient> clients = new ArrayList<>();

  /// @param data where it keeps its state; in memory where that is empty
  Stack(Workplace at, Optional<Path> data) throws InterruptedException {
    this(at, data, List.of());
  }

  /// @param flags of its JVM besides
  Stack(Workplace at, Optional<Path> data, List<String> flags) throws InterruptedException {
    this(at, data, flags, List.of());
  }

  /// @param options of the stack besides
  Stack(Workplace at, Optional<Path> data, List<String> flags, List<String> options)
      throws InterruptedException {
    List<String> all = new ArrayList<>(Workplace.stackFlags());
    all.addAll(flags);
    List<String> arguments = new ArrayList<>(List.of("--port", "0", "--mqtt-port", "0"));
    data.ifPresent(folder -> arguments.addAll(List.of("--data", folder.toString())));
    arguments.addAll(options);
    program =
        at.java(
            "localstack", all, "io.fieldline.localstack.Main", arguments.toArray(String[]::new));
    // ready http://127.0.0.1:4566 mqtts://localhost:8883 in 900 ms
    String[] ready = program.line("ready ", Duration.ofSeconds(60)).split(" ");
    readyMs = program.millisSinceStart();
    endpoint = URI.create(ready[1]);
    mqttPort = URI.create(ready[2]).getPort();
  }

  Program program() {
    return program;
  }

  /// From the start of the process until it said that it is ready.
  double readyMs() {
    return readyMs;
  }

  URI endpoint() {
    return endpoint;
  }

  int mqttPort() {
    return mqttPort;
  }

  /// A client of the SDK with the rights of the account's owner; closed with the stack.
  <C extends SdkClient, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C client(
      B builder) {
    C client =
        builder
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    clients.add(client);
    return client;
  }

  /// The certificate that its devices must trust.
  String authority() throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(endpoint.resolve("/_local/ca.pem")).build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  @Override
  public void close() {
    clients.forEach(SdkClient::close);
    program.close();
  }
}
