// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import static software.amazon.awssdk.services.iot.model.TopicRuleDestinationStatus.DISABLED;
import static software.amazon.awssdk.services.iot.model.TopicRuleDestinationStatus.ENABLED;
import static software.amazon.awssdk.services.iot.model.TopicRuleDestinationStatus.ERROR;
import static software.amazon.awssdk.services.iot.model.TopicRuleDestinationStatus.IN_PROGRESS;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.iot.model.*;

/// The web servers that HTTP actions may send to: each confirms first that it wants to be one.
/// Thread-safe.
///
/// Source: AWS IoT developer guide, "Working with HTTP topic rule destinations". Assumed: one
/// destination for each confirmation URL; a confirmation message that is not answered with 2xx is a
/// confirmation that could not be completed (`ERROR`); so is one that is not confirmed within a
/// day.
final class TopicRuleDestinations {
  private static final String ENABLE_PATH = "/confirmdestination/";
  private static final System.Logger LOG = System.getLogger(TopicRuleDestinations.class.getName());
  private static final Duration TOKEN_LIFE = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_PAGE = 1_000;

  private final MVMap<String, StoredDestination> kept;
  private final Store store;
  private final StackInfo info;
  private final InstantSource clock;
  private final WebPosts posts;

  TopicRuleDestinations(Store store, StackInfo info, InstantSource clock, WebPosts posts) {
    this.kept = store.map("iot-topic-rule-destinations", StoredDestination.class);
    this.store = store;
    this.info = info;
    this.clock = clock;
    this.posts = posts;
  }

  void register(Api api) {
    api.on(CreateTopicRuleDestinationRequest.class, this::create);
    api.on(GetTopicRuleDestinationRequest.class, this::get)
        .resource(GetTopicRuleDestinationRequest::arn);
    api.on(ListTopicRuleDestinationsRequest.class, this::list);
    api.on(UpdateTopicRuleDestinationRequest.class, this::update)
        .resource(UpdateTopicRuleDestinationRequest::arn);
    api.on(DeleteTopicRuleDestinationRequest.class, this::delete)
        .resource(DeleteTopicRuleDestinationRequest::arn);
    api.on(ConfirmTopicRuleDestinationRequest.class, this::confirm).access(_ -> toConfirm());
  }

  /// The visit of a web server to the address that it was told: without a signature.
  Optional<WireResponse> enable(Api api, String path, WireRequest request) {
    boolean visit =
        path.startsWith(ENABLE_PATH)
            && request.method().equals("GET")
            && request.header("authorization").isEmpty();
    if (!visit) {
      return Optional.empty();
    }
    var nobody =
        new Caller(
            new Principal.Anonymous(),
            info.accountId(),
            info.region(),
            UUID.randomUUID().toString(),
            Map.of("aws:SourceIp", request.remoteAddress()));
    var confirmation =
        ConfirmTopicRuleDestinationRequest.builder()
            .confirmationToken(path.substring(ENABLE_PATH.length()))
            .build();
    try {
      api.call(nobody, confirmation, ConfirmTopicRuleDestinationResponse.class);
      return Optional.of(WireResponse.text(200, "text/plain", ""));
    } catch (AwsFailure e) {
      return Optional.of(WireResponse.text(e.status(), "text/plain", e.message()));
    }
  }

  /// Whoever visits the address in the message has the token, and needs no more.
  private static List<Access> toConfirm() {
    return Caller.current().principal() instanceof Principal.Anonymous
        ? List.of()
        : List.of(new Access("iot:ConfirmTopicRuleDestination", "*"));
  }

  /// Makes the destination that a rule needs, unless there is one.
  synchronized void ensure(String confirmationUrl) {
    if (of(confirmationUrl).isEmpty()) {
      make(confirmationUrl);
    }
  }

  /// Throws `ActionFailure` unless traffic is allowed.
  void checkEnabled(String confirmationUrl) {
    var found = of(confirmationUrl);
    if (found.filter(d -> d.is(ENABLED)).isEmpty()) {
      throw new ActionFailure(
          "the topic rule destination of "
              + confirmationUrl
              + " must be ENABLED; "
              + found.map(d -> "it is " + d.status()).orElse("there is none"));
    }
  }

  private Optional<StoredDestination> of(String confirmationUrl) {
    return kept.values().stream()
        .filter(d -> d.confirmationUrl().equals(confirmationUrl))
        .map(this::asOfNow)
        .findFirst();
  }

  private StoredDestination asOfNow(StoredDestination destination) {
    var end = destination.updated().plus(TOKEN_LIFE);
    return destination.is(IN_PROGRESS) && !clock.instant().isBefore(end)
        ? destination.with(ERROR, "Confirmation timed out", end)
        : destination;
  }

  private synchronized CreateTopicRuleDestinationResponse create(
      CreateTopicRuleDestinationRequest request) {
    var wanted = request.destinationConfiguration();
    if (wanted.vpcConfiguration() != null) {
      throw AwsFailure.invalidRequest(
          "destinationConfiguration.vpcConfiguration is not supported by this local stack");
    }
    if (wanted.httpUrlConfiguration() == null) {
      throw AwsFailure.invalidRequest(
          "destinationConfiguration: expected httpUrlConfiguration, got nothing");
    }
    var url = wanted.httpUrlConfiguration().confirmationUrl();
    WebAddress.problem(url)
        .ifPresent(problem -> {
          throw AwsFailure.invalidRequest("confirmationUrl: " + problem);
        });
    if (of(url).isPresent()) {
      throw new AwsFailure(
          "ResourceAlreadyExistsException", 409, "There is a destination of " + url + " already");
    }
    return CreateTopicRuleDestinationResponse.builder()
        .topicRuleDestination(make(url).described())
        .build();
  }

  private StoredDestination make(String url) {
    var now = clock.instant();
    var arn = info.arn("iot", "ruledestination/http/" + UUID.randomUUID());
    return challenge(new StoredDestination(arn, url, IN_PROGRESS.toString(), "", "", now, now));
  }

  /// Keeps the destination in progress, and sends it a message with a new token.
  private StoredDestination challenge(StoredDestination destination) {
    var token = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
    var challenged = destination.challenged(token, clock.instant());
    kept.put(challenged.arn(), challenged);
    Thread.ofVirtual().name("confirm " + challenged.arn()).start(() -> ask(challenged));
    return challenged;
  }

  private void ask(StoredDestination destination) {
    var base = destination.confirmationUrl();
    var url = base + (base.endsWith("/") ? "" : "/") + "?confirmationToken=" + destination.token();
    var headers =
        Map.of(
            "x-amz-rules-engine-message-type", "DestinationConfirmation",
            "x-amz-rules-engine-destination-arn", destination.arn(),
            "Content-Type", "application/json");
    var body =
        "{\"arn\":\"%s\",\"confirmationToken\":\"%s\",\"enableUrl\":\"%s\",\"messageType\":\"DestinationConfirmation\"}"
            .formatted(
                destination.arn(),
                destination.token(),
                info.endpoint().get() + ENABLE_PATH + destination.token());
    try {
      var answer = posts.post(url, headers, body.getBytes(StandardCharsets.UTF_8), PATIENCE);
      if (!answer.isGood()) {
        failed(destination, base + " answered with HTTP status code " + answer.status());
      }
    } catch (ActionFailure e) {
      if (!posts.isClosed()) {
        failed(destination, String.valueOf(e.getMessage()));
      }
    }
  }

  private synchronized void failed(StoredDestination asked, String why) {
    LOG.log(System.Logger.Level.WARNING, "not confirmed destination={0} {1}", asked.arn(), why);
    var now = kept.get(asked.arn());
    if (now != null && now.is(IN_PROGRESS) && now.token().equals(asked.token())) {
      kept.put(asked.arn(), now.with(ERROR, why, clock.instant()));
      store.commit();
    }
  }

  private GetTopicRuleDestinationResponse get(GetTopicRuleDestinationRequest request) {
    return GetTopicRuleDestinationResponse.builder()
        .topicRuleDestination(existing(request.arn()).described())
        .build();
  }

  private ListTopicRuleDestinationsResponse list(ListTopicRuleDestinationsRequest request) {
    int most = request.maxResults() == null ? MAX_PAGE : request.maxResults();
    var from = request.nextToken() == null ? "" : request.nextToken();
    var found =
        kept.values().stream()
            .filter(d -> d.arn().compareTo(from) >= 0)
            .limit(most + 1L)
            .map(this::asOfNow)
            .toList();
    return ListTopicRuleDestinationsResponse.builder()
        .destinationSummaries(found.stream().limit(most).map(StoredDestination::summary).toList())
        .nextToken(found.size() > most ? found.getLast().arn() : null)
        .build();
  }

  /// Source: AWS IoT API reference, UpdateTopicRuleDestination and TopicRuleDestination.
  private synchronized UpdateTopicRuleDestinationResponse update(
      UpdateTopicRuleDestinationRequest request) {
    var old = existing(request.arn());
    switch (request.status()) {
      case ENABLED -> change(old, DISABLED, ENABLED);
      case DISABLED -> change(old, ENABLED, DISABLED);
      case IN_PROGRESS -> challenge(old);
      default ->
          throw AwsFailure.invalidRequest(
              "status: expected ENABLED, DISABLED or IN_PROGRESS, got " + request.statusAsString());
    }
    return UpdateTopicRuleDestinationResponse.builder().build();
  }

  private void change(
      StoredDestination old, TopicRuleDestinationStatus from, TopicRuleDestinationStatus to) {
    if (!old.is(from)) {
      throw AwsFailure.invalidRequest(
          "A destination becomes " + to + " from " + from + " only; this one is " + old.status());
    }
    kept.put(old.arn(), old.with(to, "", clock.instant()));
  }

  private synchronized DeleteTopicRuleDestinationResponse delete(
      DeleteTopicRuleDestinationRequest request) {
    kept.remove(existing(request.arn()).arn());
    return DeleteTopicRuleDestinationResponse.builder().build();
  }

  private synchronized ConfirmTopicRuleDestinationResponse confirm(
      ConfirmTopicRuleDestinationRequest request) {
    var asked =
        kept.values().stream()
            .map(this::asOfNow)
            .filter(d -> d.token().equals(request.confirmationToken()))
            .filter(d -> d.is(IN_PROGRESS) || d.is(ENABLED))
            .findFirst()
            .orElseThrow(() -> AwsFailure.invalidRequest("The confirmation token is not valid"));
    if (asked.is(IN_PROGRESS)) {
      kept.put(asked.arn(), asked.with(ENABLED, "", clock.instant()));
    }
    return ConfirmTopicRuleDestinationResponse.builder().build();
  }

  /// Assumed: as for a rule, what does not exist is answered with UnauthorizedException: the
  /// operations have no ResourceNotFoundException.
  private StoredDestination existing(String arn) {
    var found = kept.get(arn);
    if (found == null) {
      throw new AwsFailure(
          "UnauthorizedException",
          401,
          "Access to topic rule destination '" + arn + "' was denied");
    }
    return asOfNow(found);
  }
}
