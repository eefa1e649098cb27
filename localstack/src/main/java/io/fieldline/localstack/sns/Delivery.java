// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.ways.Step;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/// Messages to subscriptions, by the service itself with the topic as `aws:SourceArn`: the queue's
/// or function's own policy must allow it. Queues and functions have a message before Publish
/// answers; HTTP endpoints get it after. Thread-safe.
///
/// Source: Amazon SNS Developer Guide, "Amazon SNS message delivery retries": errors of the
/// client's side, such as a missing permission, are not tried again; what fails for good goes to
/// the subscription's dead-letter queue. Assumed: the attributes of a dead letter. Retries are not
/// kept over a restart of the stack.
final class Delivery {
  private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

  private final Api api;
  private final Subscriptions subscriptions;
  private final Envelopes envelopes;
  private final HttpPosts http;
  private final StackClock clock;
  private final Timers timers;

  Delivery(
      Api api,
      Subscriptions subscriptions,
      Envelopes envelopes,
      HttpPosts http,
      StackClock clock,
      Timers timers) {
    this.api = api;
    this.subscriptions = subscriptions;
    this.envelopes = envelopes;
    this.http = http;
    this.clock = clock;
    this.timers = timers;
  }

  /// Within a call, which makes durable what it leads to before it answers.
  void deliver(Notification message) {
    Caller service = service(message.topic().arn());
    for (SubscriptionRecord to : subscriptions.of(message.topic().arn())) {
      boolean wanted =
          to.confirmed()
              && to.filter()
                  .map(f -> f.wants(message.attributes(), message.text(to.protocol())))
                  .orElse(true);
      if (wanted) {
        var attempt = new Attempt(service, message, to);
        if (to.isHttp()) {
          Thread.ofVirtual().name("sns " + to.endpoint()).start(attempt::begin);
        } else {
          api.uncommitted(attempt::began);
        }
      }
    }
  }

  /// Asks a pending subscription's endpoint to confirm.
  void handshake(SubscriptionRecord pending, TopicRecord topic, String id) {
    String body =
        envelopes.confirmation(
            pending,
            topic,
            id,
            new Notification(id, topic, null, Map.of(), Map.of(), clock.instant()).timestamp());
    var post =
        new HttpPosts.Post(
            pending.endpoint(), body, HttpPosts.headers("SubscriptionConfirmation", id, pending));
    Thread.ofVirtual().name("sns " + pending.endpoint()).start(() -> ask(post, 0));
  }

  private void ask(HttpPosts.Post post, int failures) {
    try {
      http.send(post);
    } catch (AwsFailure e) {
      LOG.log(System.Logger.Level.WARNING, "no confirmation: " + e.message());
      RetryPlan.HTTP
          .pause(e, failures + 1)
          .ifPresent(
              pause -> timers.at(clock.instant().plus(pause), () -> ask(post, failures + 1)));
    }
  }

  private static Caller service(String topicArn) {
    Caller publisher = Caller.current();
    return publisher.as(
        new Principal.Service("sns.amazonaws.com"),
        Map.of("aws:SourceArn", topicArn, "aws:SourceAccount", topicArn.split(":")[4]));
  }

  /// One message on its way to one subscription.
  private final class Attempt {
    private final Caller service;
    private final Notification message;
    private final SubscriptionRecord to;
    private final Step publish = Step.current();
    private int failures;

    private Attempt(Caller service, Notification message, SubscriptionRecord to) {
      this.service = service;
      this.message = message;
      this.to = to;
    }

    private boolean began() {
      begin();
      return true;
    }

    private void begin() {
      publish.carry(this::attempt).run();
    }

    private void attempt() {
      try {
        switch (to.protocol()) {
          case "sqs" -> toQueue();
          case "lambda" -> toFunction();
          case "sms" -> toNobody();
          default -> toServer();
        }
      } catch (AwsFailure e) {
        failed(e);
      }
    }

    private void toServer() {
      Step step =
          publish.begin(
              Step.Kind.DELIVERY, Step.Lane.OTHER, to.endpoint(), to.arn(), "sns.amazonaws.com");
      try {
        http.send(HttpPosts.post(message, to, envelopes));
        step.done();
      } catch (AwsFailure e) {
        step.failed(e.code() + ": " + e.message());
        throw e;
      }
    }

    /// There is no telephone here: what would be sent is in the log, and not called delivered.
    private void toNobody() {
      LOG.log(
          System.Logger.Level.WARNING,
          "no SMS is sent by this local stack: to={0} text={1}",
          to.endpoint(),
          message.text(to.protocol()));
    }

    private void failed(AwsFailure failure) {
      failures++;
      RetryPlan plan = to.isHttp() ? RetryPlan.HTTP : RetryPlan.AWS;
      var pause = plan.pause(failure, failures);
      if (pause.isEmpty()) {
        giveUp(failure);
      } else if (pause.get().isZero()) {
        begin();
      } else {
        timers.at(clock.instant().plus(pause.get()), this::begin);
      }
    }

    private void toQueue() {
      var send = SendMessageRequest.builder().queueUrl(queue(to.endpoint())).messageBody(body());
      if (to.isRaw()) {
        send.messageAttributes(forQueue(message.attributes()));
      }
      api.call(service, send.build(), SendMessageResponse.class);
    }

    private String body() {
      return to.isRaw()
          ? message.text(to.protocol())
          : to.protocol().equals("lambda")
              ? envelopes.event(message, to)
              : envelopes.notification(message, to);
    }

    private void toFunction() {
      api.call(
          service,
          InvokeRequest.builder()
              .functionName(to.endpoint())
              .invocationType(InvocationType.EVENT)
              .payload(SdkBytes.fromUtf8String(body()))
              .build(),
          InvokeResponse.class);
    }

    private void giveUp(AwsFailure failure) {
      LOG.log(
          System.Logger.Level.WARNING,
          "not delivered subscription="
              + to.arn()
              + " "
              + failure.code()
              + ": "
              + failure.message());
      to.deadLetterArn().ifPresent(arn -> bury(arn, failure));
    }

    private void bury(String arn, AwsFailure failure) {
      var attributes = new HashMap<>(to.isRaw() ? forQueue(message.attributes()) : Map.of());
      attributes.put("RequestID", text(service.requestId()));
      attributes.put("ErrorCode", text(Integer.toString(failure.status())));
      attributes.put("ErrorMessage", text(failure.message()));
      try {
        api.call(
            service,
            SendMessageRequest.builder()
                .queueUrl(queue(arn))
                .messageBody(to.isRaw() ? body() : envelopes.notification(message, to))
                .messageAttributes(attributes)
                .build(),
            SendMessageResponse.class);
      } catch (AwsFailure e) {
        LOG.log(System.Logger.Level.ERROR, "dead letter lost queue=" + arn + " " + e.message());
      }
    }
  }

  private static String queue(String arn) {
    String[] parts = arn.split(":");
    return parts[4] + "/" + parts[5];
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private static Map<String, MessageAttributeValue> forQueue(
      Map<String, software.amazon.awssdk.services.sns.model.MessageAttributeValue> given) {
    var all = new HashMap<String, MessageAttributeValue>();
    given.forEach((name, value) ->
        all.put(
            name,
            MessageAttributeValue.builder()
                .dataType(value.dataType())
                .stringValue(value.stringValue())
                .binaryValue(value.binaryValue())
                .build()));
    return all;
  }
}
