// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Takes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A device that is an HTTP server. Success is a status from 200 to 299; another status, a redirect
/// among them, is a failure with what the device said. Each command is one request on a connection
/// of its own, which is not made twice.
public final class HttpActuator implements Actuator {
  private static final int MAX_DETAIL = 200;

  private final ActuatorConfig.Http config;

  /// An actuator at that URL.
  public HttpActuator(ActuatorConfig.Http config) {
    this.config = config;
  }

  @Override
  public Optional<Takes> takes() {
    return config.takes();
  }

  @Override
  public Result actuate(DesiredCommand command) throws InterruptedException {
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build()) {
      // One time limit for all of it: the client's own end with the connection, and with the head
      // of the answer.
      var late = new AtomicBoolean();
      Thread limit = Thread.ofVirtual().start(() -> endAfterTimeout(http, late));
      try {
        return result(http.send(request(command), BodyHandlers.ofInputStream()));
      } catch (IOException e) {
        return Result.failed(late.get() ? noAnswerInTime() : failure(e));
      } finally {
        limit.interrupt();
        http.shutdownNow();
      }
    }
  }

  private String noAnswerInTime() {
    return "no answer from " + host() + " within " + config.timeout().toMillis() + " ms";
  }

  private String failure(IOException e) {
    return e instanceof ConnectException ? "no connection to " + host() : host() + ": " + e;
  }

  private void endAfterTimeout(HttpClient http, AtomicBoolean late) {
    try {
      Thread.sleep(config.timeout());
      late.set(true);
      http.shutdownNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest request(DesiredCommand command) {
    String url =
        config
            .url()
            .replace("{value}", encoded(text(command)))
            .replace("{id}", encoded(command.id()));
    var request =
        HttpRequest.newBuilder(URI.create(url)).method(config.method().name(), body(command));
    if (config.method() != ActuatorConfig.Method.GET) {
      request.header("Content-Type", config.contentType());
    }
    config.authorization().ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  private BodyPublisher body(DesiredCommand command) {
    if (config.method() == ActuatorConfig.Method.GET) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.ofString(
        config.body().replace("{value}", inBody(command)).replace("{id}", command.id()));
  }

  /// A text keeps within the quotes that a JSON template puts around it.
  private String inBody(DesiredCommand command) {
    if (command.value() instanceof String value && config.contentType().contains("json")) {
      String quoted = JsonText.write(value);
      return quoted.substring(1, quoted.length() - 1);
    }
    return text(command);
  }

  private static String text(DesiredCommand command) {
    return command.value() instanceof String value ? value : JsonText.write(command.value());
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String host() {
    return URI.create(config.url().replace("{value}", "v").replace("{id}", "i")).getHost();
  }

  private static Result result(HttpResponse<InputStream> answer) {
    String said = beginning(answer.body());
    int status = answer.statusCode();
    return status >= 200 && status < 300
        ? new Result(true, said)
        : Result.failed("HTTP status " + status + (said.isEmpty() ? "" : ": " + said));
  }

  /// What came of it in time: the status has decided already.
  private static String beginning(InputStream body) {
    var said = new ByteArrayOutputStream();
    try (body) {
      int next = body.read();
      while (next >= 0 && said.size() < MAX_DETAIL) {
        said.write(next);
        next = body.read();
      }
    } catch (IOException e) {
      said.writeBytes(" …".getBytes(StandardCharsets.UTF_8));
    }
    return said.toString(StandardCharsets.UTF_8).strip();
  }
}
