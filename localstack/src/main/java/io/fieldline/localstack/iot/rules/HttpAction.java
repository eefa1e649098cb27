// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Value;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.iot.rules.WebPosts.Answer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.CreateTopicRuleDestinationRequest;
import software.amazon.awssdk.services.iot.model.HttpActionHeader;

/// Sends the result to a web server whose destination is enabled.
///
/// Source: AWS IoT developer guide, "HTTP", HTTP action retry logic: three tries at most; another
/// one only after 429 or 5xx, within 3 seconds in all, and not where the response had more than
/// 16,384 bytes or the connection was closed. Assumed: the pauses between the tries, the texts of
/// the failures.
///
/// @param fixedDestination the confirmation URL of the destination that the rule needs, where it is
///   the same for every message
record HttpAction(
    SubstitutionTemplate url,
    Optional<SubstitutionTemplate> confirmationUrl,
    Optional<String> fixedDestination,
    Map<String, SubstitutionTemplate> headers,
    TopicRuleDestinations destinations)
    implements RuleAction {
  private static final int MAX_HEADERS = 100;
  private static final int TRIES = 3;
  private static final Duration TIME = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofMillis(50);

  /// Makes the template of a field of the action.
  interface Templates {
    SubstitutionTemplate of(String field, @Nullable String text);
  }

  static HttpAction of(
      software.amazon.awssdk.services.iot.model.HttpAction api,
      Templates templates,
      TopicRuleDestinations destinations) {
    if (api.auth() != null) {
      throw AwsFailure.invalidRequest("http.auth (sigv4) is not supported by this local stack");
    }
    var url = templates.of("url", api.url());
    var given = Optional.ofNullable(api.confirmationUrl());
    var confirmation = given.map(text -> templates.of("confirmationUrl", text));
    if (given.isEmpty() && !url.isPlain()) {
      throw AwsFailure.invalidRequest(
          "http.confirmationUrl is required where http.url has substitution templates");
    }
    if (!api.url().startsWith(given.orElse(""))) {
      throw AwsFailure.invalidRequest("http.url must begin with http.confirmationUrl");
    }
    if (url.isPlain()) {
      checkAddress("http.url", api.url());
    }
    Optional<String> fixed =
        confirmation.orElse(url).isPlain()
            ? Optional.of(given.orElse(api.url()))
            : Optional.empty();
    fixed.ifPresent(text -> checkAddress("http.confirmationUrl", text));
    return new HttpAction(
        url, confirmation, fixed, headers(api.headers(), templates), destinations);
  }

  private static void checkAddress(String field, String url) {
    WebAddress.problem(url)
        .ifPresent(problem -> {
          throw AwsFailure.invalidRequest(field + ": " + problem);
        });
  }

  private static Map<String, SubstitutionTemplate> headers(
      List<HttpActionHeader> given, Templates templates) {
    if (given.size() > MAX_HEADERS) {
      throw AwsFailure.invalidRequest(
          "http.headers: expected at most " + MAX_HEADERS + ", got " + given.size());
    }
    Map<String, SubstitutionTemplate> headers = new LinkedHashMap<>();
    for (HttpActionHeader header : given) {
      String key = String.valueOf(header.key());
      if (!WebPosts.mayBeSet(key)) {
        throw AwsFailure.invalidRequest("http.headers: the header '" + key + "' cannot be set");
      }
      headers.put(key, templates.of("headers." + key, header.value()));
    }
    return headers;
  }

  @Override
  public String name() {
    return "HttpAction";
  }

  @Override
  public Class<?> requestType() {
    return CreateTopicRuleDestinationRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(url);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.empty();
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var to = firing.render(url);
    WebAddress.problem(to)
        .ifPresent(problem -> {
          throw new ActionFailure("http.url: " + problem);
        });
    var confirmation = confirmationUrl.map(firing::render).orElse(to);
    if (!to.startsWith(confirmation)) {
      throw new ActionFailure("http.url: " + to + " does not begin with " + confirmation);
    }
    destinations.checkEnabled(confirmation);
    send(to, rendered(firing), firing.payload(), calls.posts());
  }

  private Map<String, String> rendered(Firing firing) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put(
        "Content-Type",
        firing.value() instanceof Value.Raw ? "application/octet-stream" : "application/json");
    headers.forEach((key, value) -> {
      all.remove(key);
      all.put(key, firing.render(value));
    });
    return all;
  }

  private static void send(String to, Map<String, String> headers, byte[] body, WebPosts posts) {
    long end = System.nanoTime() + TIME.toNanos();
    for (int tries = 1; ; tries++) {
      var left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      Answer answer = posts.post(to, headers, body, left);
      if (answer.isGood()) {
        return;
      }
      boolean again =
          (answer.status() == 429 || answer.status() >= 500)
              && !answer.isLast()
              && tries < TRIES
              && System.nanoTime() + PAUSE.toNanos() < end;
      if (!again) {
        throw new ActionFailure(
            to + " answered with HTTP status code " + answer.status() + " at try " + tries);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
