// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.*;

/// Who gets what a topic is told: subscribed, confirmed, described, unsubscribed. Thread-safe.
///
/// Assumed: a subscription that nobody confirms goes with its token, where SNS keeps it in the list
/// for a while. An endpoint that is unsubscribed gets no UnsubscribeConfirmation.
final class Subscriptions {
  private static final System.Logger LOG = System.getLogger(Subscriptions.class.getName());

  /// Source: Amazon SNS API Reference, Subscribe: confirmation tokens are valid for two days.
  private static final Duration TOKEN_LIFE = Duration.ofDays(2);

  private static final String NOT_YET = "pending confirmation";

  private final MVMap<String, SubscriptionRecord> records;
  private final Topics topics;
  private final InstantSource clock;
  private final Supplier<String> newId;

  Subscriptions(Store store, Topics topics, InstantSource clock, Supplier<String> newId) {
    this.records = store.map("sns.subscriptions", SubscriptionRecord.class);
    this.topics = topics;
    this.clock = clock;
    this.newId = newId;
  }

  /// @param handshake asks the endpoint of a pending subscription to confirm it
  void register(Api api, Consumer<SubscriptionRecord> handshake) {
    api.on(SubscribeRequest.class, r -> subscribe(r, handshake))
        .resource(SubscribeRequest::topicArn)
        .resourcePolicy(r -> topics.policyOf(r.topicArn()));
    api.on(ConfirmSubscriptionRequest.class, this::confirm)
        .access(r -> unlessAnonymous("ConfirmSubscription", r.topicArn()))
        .resourcePolicy(r -> topics.policyOf(r.topicArn()));
    api.on(UnsubscribeRequest.class, this::unsubscribe)
        .access(_ -> unlessAnonymous("Unsubscribe", "*"));
    api.on(ListSubscriptionsRequest.class, this::list);
    api.on(ListSubscriptionsByTopicRequest.class, this::listByTopic)
        .resource(ListSubscriptionsByTopicRequest::topicArn)
        .resourcePolicy(r -> topics.policyOf(r.topicArn()));
    api.on(GetSubscriptionAttributesRequest.class, this::attributes);
    api.on(SetSubscriptionAttributesRequest.class, this::setAttributes);
  }

  /// The links in a message are followed without a signature.
  private static List<Access> unlessAnonymous(String operation, String resource) {
    return isAnonymous() ? List.of() : List.of(new Access("sns:" + operation, resource));
  }

  private static boolean isAnonymous() {
    return Caller.current().principal() instanceof Principal.Anonymous;
  }

  /// Those of a topic, in the order of their ids.
  List<SubscriptionRecord> of(String topicArn) {
    String prefix = topicArn + ":";
    var found = new ArrayList<SubscriptionRecord>();
    for (Iterator<String> arns = records.keyIterator(prefix); arns.hasNext(); ) {
      String arn = arns.next();
      if (!arn.startsWith(prefix)) {
        break;
      }
      SubscriptionRecord record = records.get(arn);
      if (record != null && stands(record)) {
        found.add(record);
      }
    }
    return found;
  }

  private List<SubscriptionRecord> all() {
    return records.values().stream().filter(this::stands).toList();
  }

  private boolean stands(SubscriptionRecord record) {
    return record.confirmed() || clock.instant().isBefore(record.tokenMade().plus(TOKEN_LIFE));
  }

  synchronized void removeAll(String topicArn) {
    of(topicArn).forEach(s -> records.remove(s.arn()));
  }

  private synchronized SubscribeResponse subscribe(
      SubscribeRequest request, Consumer<SubscriptionRecord> handshake) {
    TopicRecord topic = topics.existing(request.topicArn());
    String protocol = request.protocol();
    String endpoint = Endpoints.checked(protocol, request.endpoint());
    var attributes =
        SubscriptionAttributes.merged(
            protocol, Map.of(), request.attributes(), "Attributes Reason: ");
    Optional<SubscriptionRecord> old =
        of(topic.arn()).stream().filter(s -> s.sameAs(topic.arn(), protocol, endpoint)).findFirst();
    boolean differs =
        !request.attributes().isEmpty()
            && old.filter(o -> !o.attributes().equals(attributes)).isPresent();
    if (differs) {
      throw SnsFailures.invalid(
          "Attributes Reason: Subscription already exists with different attributes");
    }
    SubscriptionRecord now =
        old.map(this::renewed).orElseGet(() -> made(topic, protocol, endpoint, attributes));
    records.put(now.arn(), now);
    if (protocol.startsWith("http") && !now.confirmed()) {
      handshake.accept(now);
    } else if (!now.confirmed()) {
      // As on AWS it waits for an answer by e-mail, which never comes.
      LOG.log(
          System.Logger.Level.WARNING,
          "no e-mail is sent by this local stack, the subscription stays pending: arn={0} to={1}",
          now.arn(),
          endpoint);
    }
    boolean tell = now.confirmed() || Boolean.TRUE.equals(request.returnSubscriptionArn());
    return SubscribeResponse.builder().subscriptionArn(tell ? now.arn() : NOT_YET).build();
  }

  /// A queue or function of the same account needs no confirmation: who subscribes it may; nor does
  /// a telephone.
  private SubscriptionRecord made(
      TopicRecord topic, String protocol, String endpoint, Map<String, String> attributes) {
    boolean own = List.of("sqs", "lambda", "sms").contains(protocol);
    return new SubscriptionRecord(
        topic.arn() + ":" + newId.get(),
        topic.arn(),
        protocol,
        endpoint,
        Caller.current().principal().arn(),
        attributes,
        token(),
        clock.instant(),
        own,
        own,
        own);
  }

  private SubscriptionRecord renewed(SubscriptionRecord old) {
    return old.confirmed() ? old : old.withToken(token(), clock.instant());
  }

  private String token() {
    return (newId.get() + newId.get()).replace("-", "");
  }

  private synchronized ConfirmSubscriptionResponse confirm(ConfirmSubscriptionRequest request) {
    topics.existing(request.topicArn());
    SubscriptionRecord pending =
        of(request.topicArn()).stream()
            .filter(s -> s.token().equals(request.token()))
            .findFirst()
            .orElseThrow(() -> SnsFailures.invalid("Token"));
    if (!pending.confirmed()) {
      boolean signed = !isAnonymous();
      boolean guard = signed && "true".equals(request.authenticateOnUnsubscribe());
      records.put(pending.arn(), pending.confirmed(signed, guard));
    }
    return ConfirmSubscriptionResponse.builder().subscriptionArn(pending.arn()).build();
  }

  private UnsubscribeResponse unsubscribe(UnsubscribeRequest request) {
    SnsFailures.checkArn("SubscriptionArn", request.subscriptionArn());
    remove(request.subscriptionArn()).ifPresent(gone -> topics.lost(gone.topicArn()));
    return UnsubscribeResponse.builder().build();
  }

  private synchronized Optional<SubscriptionRecord> remove(String arn) {
    SubscriptionRecord record = records.get(arn);
    if (record != null && record.guarded() && isAnonymous()) {
      throw SnsFailures.denied(
          "Subscription " + arn + " can be unsubscribed by a signed request only");
    }
    return Optional.ofNullable(records.remove(arn));
  }

  private ListSubscriptionsResponse list(ListSubscriptionsRequest request) {
    var page = page(all(), request.nextToken());
    return ListSubscriptionsResponse.builder()
        .subscriptions(described(page))
        .nextToken(next(page))
        .build();
  }

  private ListSubscriptionsByTopicResponse listByTopic(ListSubscriptionsByTopicRequest request) {
    TopicRecord topic = topics.existing(request.topicArn());
    var page = page(of(topic.arn()), request.nextToken());
    return ListSubscriptionsByTopicResponse.builder()
        .subscriptions(described(page))
        .nextToken(next(page))
        .build();
  }

  private static List<String> page(List<SubscriptionRecord> all, @Nullable String token) {
    return Topics.page(all.stream().map(SubscriptionRecord::arn).toList(), token);
  }

  private List<Subscription> described(List<String> page) {
    return page.stream()
        .limit(Topics.PAGE)
        .map(records::get)
        .filter(java.util.Objects::nonNull)
        .map(SubscriptionRecord::described)
        .toList();
  }

  private static @Nullable String next(List<String> page) {
    return page.size() > Topics.PAGE ? page.getLast() : null;
  }

  private SubscriptionRecord existing(String arn) {
    SnsFailures.checkArn("SubscriptionArn", arn);
    SubscriptionRecord record = records.get(arn);
    if (record == null || !stands(record)) {
      throw SnsFailures.notFound("Subscription");
    }
    return record;
  }

  private GetSubscriptionAttributesResponse attributes(GetSubscriptionAttributesRequest request) {
    SubscriptionRecord record = existing(request.subscriptionArn());
    var all = new LinkedHashMap<String, String>();
    all.put("RawMessageDelivery", "false");
    all.putAll(record.attributes());
    if (record.filter().isPresent()) {
      all.putIfAbsent("FilterPolicyScope", "MessageAttributes");
    }
    all.put("SubscriptionArn", record.arn());
    all.put("TopicArn", record.topicArn());
    all.put("Protocol", record.protocol());
    all.put("Endpoint", record.endpoint());
    all.put("Owner", record.owner());
    all.put("SubscriptionPrincipal", record.principal());
    all.put("PendingConfirmation", Boolean.toString(!record.confirmed()));
    all.put("ConfirmationWasAuthenticated", Boolean.toString(record.authenticated()));
    return GetSubscriptionAttributesResponse.builder().attributes(all).build();
  }

  private synchronized SetSubscriptionAttributesResponse setAttributes(
      SetSubscriptionAttributesRequest request) {
    SubscriptionRecord record = existing(request.subscriptionArn());
    String value = request.attributeValue() == null ? "" : request.attributeValue();
    var merged =
        SubscriptionAttributes.merged(
            record.protocol(), record.attributes(), Map.of(request.attributeName(), value), "");
    records.put(record.arn(), record.withAttributes(merged));
    return SetSubscriptionAttributesResponse.builder().build();
  }
}
