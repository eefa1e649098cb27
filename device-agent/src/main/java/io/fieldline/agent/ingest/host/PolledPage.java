// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import io.fieldline.agent.config.SourceConfig;
import io.fieldline.agent.config.SourceConfig.PolledPage.Value;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.ingest.Polling;
import io.fieldline.agent.ingest.ReadingException;
import io.fieldline.agent.ingest.ReadingParser;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks a sensor that is an HTTP server. Its answer is read by pointers into its JSON, or as what
/// sensors post. A page that says it has not changed (304, by its entity tag) brings no reading and
/// counts as heard.
public final class PolledPage implements Polling.Question, AutoCloseable {
  private static final int NOT_MODIFIED = 304;

  private final SourceConfig.PolledPage config;
  private final String source;
  private final ReadingParser parser;
  private final Intake intake;
  private final HttpClient http;
  private Optional<String> tag = Optional.empty();

  /// @param source its name in metrics
  public PolledPage(
      SourceConfig.PolledPage config, String source, ReadingParser parser, Intake intake) {
    this.config = config;
    this.source = source;
    this.parser = parser;
    this.intake = intake;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeout())
            .build();
  }

  @Override
  public void ask() throws IOException, ReadingException, InterruptedException {
    HttpResponse<byte[]> answer = answer();
    int status = answer.statusCode();
    if (status == NOT_MODIFIED && tag.isPresent()) {
      intake.unchanged(source);
      return;
    }
    if (status != 200) {
      throw new IOException(config.url() + ": HTTP status 200 expected, got " + status);
    }
    intake.accept(source, readings(answer.body()));
    // Only now: what could not be kept must be asked for again.
    tag = answer.headers().firstValue("ETag");
  }

  private HttpResponse<byte[]> answer() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(config.url()).GET();
    config.authorization().ifPresent(value -> request.header("Authorization", value));
    tag.ifPresent(value -> request.header("If-None-Match", value));
    var handler = BodyHandlers.limiting(BodyHandlers.ofByteArray(), config.maxBodyBytes());
    var exchange = http.sendAsync(request.build(), handler);
    try {
      // One limit for all of it: the request's own ends with the head of the answer.
      return exchange.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          config.url() + ": no answer within " + config.timeout().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String why = cause instanceof ConnectException ? "no connection" : cause.getMessage();
      throw new IOException(config.url() + ": " + why, cause);
    } finally {
      exchange.cancel(true);
    }
  }

  private List<Reading> readings(byte[] body) throws ReadingException {
    if (config.values().isEmpty()) {
      return parser.lines(body, config.device());
    }
    Object document = ReadingParser.json(ReadingParser.text(body));
    List<Reading> readings = new ArrayList<>();
    for (Value value : config.values()) {
      double number =
          ReadingParser.number(value.pointer(), JsonPointer.find(document, value.pointer()));
      readings.add(
          parser.measured(
              config.device(),
              value.sensor(),
              value.unit(),
              number * value.scale() + value.offset()));
    }
    return readings;
  }

  @Override
  public void close() {
    http.shutdownNow();
    try {
      http.awaitTermination(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
