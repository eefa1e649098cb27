// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.sqs.MessageRecord.AttributeRecord;
import io.fieldline.localstack.sqs.Queue.Terms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.*;

/// Messages: sent, received, made visible again, deleted.
final class Messages {
  private static final int MOST_SECONDS_INVISIBLE = 43_200;

  private final Queues queues;
  private final InstantSource clock;
  private final Supplier<String> newId;
  private final QueueMetrics metrics;
  private final MessageSteps steps;

  Messages(
      Queues queues,
      InstantSource clock,
      Supplier<String> newId,
      QueueMetrics metrics,
      MessageSteps steps) {
    this.steps = steps;
    this.metrics = metrics;
    this.queues = queues;
    this.clock = clock;
    this.newId = newId;
  }

  void register(Api api) {
    api.on(SendMessageRequest.class, this::send)
        .resource("sqs:SendMessage", r -> queues.arn(r.queueUrl()))
        .resourcePolicy(r -> queues.policyOf(r.queueUrl()));
    api.on(SendMessageBatchRequest.class, this::sendBatch)
        .resource("sqs:SendMessage", r -> queues.arn(r.queueUrl()))
        .resourcePolicy(r -> queues.policyOf(r.queueUrl()));
    api.on(ReceiveMessageRequest.class, this::receive)
        .resource("sqs:ReceiveMessage", r -> queues.arn(r.queueUrl()))
        .resourcePolicy(r -> queues.policyOf(r.queueUrl()));
    api.on(DeleteMessageRequest.class, this::delete)
        .resource("sqs:DeleteMessage", r -> queues.arn(r.queueUrl()))
        .resourcePolicy(r -> queues.policyOf(r.queueUrl()));
    api.on(DeleteMessageBatchRequest.class, this::deleteBatch)
        .resource("sqs:DeleteMessage", r -> queues.arn(r.queueUrl()))
        .resourcePolicy(r -> queues.policyOf(r.queueUrl()));
    api.on(ChangeMessageVisibilityRequest.class, this::change)
        .resource("sqs:ChangeMessageVisibility", r -> queues.arn(r.queueUrl()))
        .resourcePolicy(r -> queues.policyOf(r.queueUrl()));
    api.on(ChangeMessageVisibilityBatchRequest.class, this::changeBatch)
        .resource("sqs:ChangeMessageVisibility", r -> queues.arn(r.queueUrl()))
        .resourcePolicy(r -> queues.policyOf(r.queueUrl()));
  }

  private SendMessageResponse send(SendMessageRequest request) {
    QueueRecord queue = queues.record(request.queueUrl());
    if (request.messageGroupId() != null || request.messageDeduplicationId() != null) {
      throw SqsFailures.unsupported("MessageGroupId or MessageDeduplicationId (FIFO)");
    }
    String trace = trace(request.messageSystemAttributesAsStrings());
    var message =
        message(
            queue,
            request.messageBody(),
            attributes(request.messageAttributes()),
            trace,
            request.delaySeconds());
    queues.live(queue).add(message);
    metrics.sent(queue);
    return SendMessageResponse.builder()
        .messageId(message.id())
        .md5OfMessageBody(Digests.ofBody(message.body()))
        .md5OfMessageAttributes(Digests.ofAttributes(message.attributes()))
        .md5OfMessageSystemAttributes(systemDigest(trace))
        .build();
  }

  private SendMessageBatchResponse sendBatch(SendMessageBatchRequest request) {
    Batch<SendMessageBatchResultEntry> done =
        Batch.of(
            request.entries(),
            SendMessageBatchRequestEntry::id,
            e -> {
              var sent =
                  send(
                      SendMessageRequest.builder()
                          .queueUrl(queues.record(request.queueUrl()).key())
                          .messageBody(e.messageBody())
                          .messageAttributes(e.messageAttributes())
                          .messageSystemAttributesWithStrings(e.messageSystemAttributesAsStrings())
                          .delaySeconds(e.delaySeconds())
                          .messageGroupId(e.messageGroupId())
                          .messageDeduplicationId(e.messageDeduplicationId())
                          .build());
              return SendMessageBatchResultEntry.builder()
                  .id(e.id())
                  .messageId(sent.messageId())
                  .md5OfMessageBody(sent.md5OfMessageBody())
                  .md5OfMessageAttributes(sent.md5OfMessageAttributes())
                  .md5OfMessageSystemAttributes(sent.md5OfMessageSystemAttributes())
                  .build();
            });
    return SendMessageBatchResponse.builder()
        .successful(done.successful())
        .failed(done.failed())
        .build();
  }

  private MessageRecord message(
      QueueRecord queue,
      @Nullable String body,
      Map<String, AttributeRecord> attributes,
      @Nullable String trace,
      @Nullable Integer delay) {
    if (body == null || body.isEmpty()) {
      throw SqsFailures.missing("MessageBody");
    }
    checkSize(queue, body, attributes);
    Duration wait =
        delay == null
            ? queue.seconds("DelaySeconds")
            : Duration.ofSeconds(inRange("DelaySeconds", delay, 0, 900));
    Instant now = clock.instant();
    return new MessageRecord(
        0,
        newId.get(),
        body,
        attributes,
        trace == null ? steps.sent(queue, body) : trace,
        sender(),
        now,
        now.plus(wait),
        0,
        null,
        null,
        null);
  }

  private static void checkSize(
      QueueRecord queue, String body, Map<String, AttributeRecord> attributes) {
    long size = body.getBytes(StandardCharsets.UTF_8).length;
    for (var attribute : attributes.entrySet()) {
      AttributeRecord value = attribute.getValue();
      byte[] bytes = value.bytes();
      size += attribute.getKey().length() + value.type().length();
      size +=
          bytes == null
              ? String.valueOf(value.text()).getBytes(StandardCharsets.UTF_8).length
              : bytes.length;
    }
    int most = queue.number("MaximumMessageSize");
    if (size > most) {
      throw SqsFailures.invalidParameter(
          "One or more parameters are invalid. Reason: Message must be shorter than "
              + most
              + " bytes; it has "
              + size
              + ".");
    }
  }

  /// Assumed: the session's name after the role's, where AWS puts the role's unique id.
  private static String sender() {
    return switch (Caller.current().principal()) {
      case Principal.RoleSession s -> s.role() + ":" + s.session();
      case Principal.User u -> u.name();
      case Principal.Service s -> s.name();
      case Principal.Device d -> d.certificateId();
      case Principal.Root r -> r.accountId();
      case Principal.Anonymous _ -> "Anonymous";
    };
  }

  private static Map<String, AttributeRecord> attributes(Map<String, MessageAttributeValue> given) {
    var attributes = new HashMap<String, AttributeRecord>();
    if (given.size() > 10) {
      throw SqsFailures.invalidParameter(
          "Number of message attributes [" + given.size() + "] exceeds the allowed maximum [10].");
    }
    given.forEach((name, value) -> {
      byte[] bytes = value.binaryValue() == null ? null : value.binaryValue().asByteArray();
      String type = value.dataType() == null ? "" : value.dataType();
      boolean binary = type.startsWith("Binary");
      boolean known = binary || type.startsWith("String") || type.startsWith("Number");
      if (!known || (binary ? bytes == null : value.stringValue() == null)) {
        throw SqsFailures.invalidParameter(
            "The message attribute '"
                + name
                + "' must have the type String, Number or Binary and a value of that type; its"
                + " type is '"
                + type
                + "'.");
      }
      attributes.put(name, new AttributeRecord(type, binary ? null : value.stringValue(), bytes));
    });
    return attributes;
  }

  private static @Nullable String trace(Map<String, MessageSystemAttributeValue> given) {
    for (String name : given.keySet()) {
      if (!name.equals("AWSTraceHeader")) {
        throw SqsFailures.invalidParameter(
            "Message system attribute name '" + name + "' is invalid; only AWSTraceHeader is.");
      }
    }
    MessageSystemAttributeValue value = given.get("AWSTraceHeader");
    return value == null ? null : value.stringValue();
  }

  private static @Nullable String systemDigest(@Nullable String trace) {
    return trace == null
        ? null
        : Digests.ofAttributes(
            Map.of("AWSTraceHeader", new AttributeRecord("String", trace, null)));
  }

  private ReceiveMessageResponse receive(ReceiveMessageRequest request) {
    QueueRecord record = queues.record(request.queueUrl());
    int count =
        request.maxNumberOfMessages() == null
            ? 1
            : inRange("MaxNumberOfMessages", request.maxNumberOfMessages(), 1, 10);
    Duration wait =
        request.waitTimeSeconds() == null
            ? record.seconds("ReceiveMessageWaitTimeSeconds")
            : Duration.ofSeconds(inRange("WaitTimeSeconds", request.waitTimeSeconds(), 0, 20));
    Duration visibility =
        request.visibilityTimeout() == null
            ? record.seconds("VisibilityTimeout")
            : Duration.ofSeconds(visibility(request.visibilityTimeout()));
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      QueueRecord now = queues.record(request.queueUrl());
      Optional<Redrive> redrive = now.redrive().filter(r -> queues.find(r.targetKey()).isPresent());
      int most = redrive.map(Redrive::most).orElse(0);
      var terms = new Terms(count, visibility, now.seconds("MessageRetentionPeriod"), most);
      Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      var found = queues.live(now).receive(terms, left, newId);
      redrive.ifPresent(r -> giveUp(now, r, found.givenUp()));
      if (!found.delivered().isEmpty() || found.givenUp().isEmpty()) {
        metrics.received(now, found.delivered().size());
        found.delivered().forEach(steps::received);
        return ReceiveMessageResponse.builder()
            .messages(found.delivered().stream().map(m -> shown(m, request)).toList())
            .build();
      }
    }
  }

  private void giveUp(QueueRecord from, Redrive redrive, List<MessageRecord> messages) {
    queues
        .find(redrive.targetKey())
        .ifPresent(target ->
            messages.forEach(m -> {
              steps.givenUp(m, redrive.targetArn());
              target.add(m.givenUp(clock.instant(), from.arn()));
            }));
  }

  private static Message shown(MessageRecord message, ReceiveMessageRequest request) {
    var attributes = new TreeMap<>(message.attributes());
    attributes.keySet().removeIf(n -> !wanted(n, request.messageAttributeNames()));
    var values = new HashMap<String, MessageAttributeValue>();
    attributes.forEach((name, value) -> values.put(name, shown(value)));
    return Message.builder()
        .messageId(message.id())
        .receiptHandle(Receipt.of(message).text())
        .body(message.body())
        .md5OfBody(Digests.ofBody(message.body()))
        .md5OfMessageAttributes(Digests.ofAttributes(attributes))
        .messageAttributes(values.isEmpty() ? null : values)
        .attributesWithStrings(system(message, request))
        .build();
  }

  private static MessageAttributeValue shown(AttributeRecord value) {
    byte[] bytes = value.bytes();
    return MessageAttributeValue.builder()
        .dataType(value.type())
        .stringValue(value.text())
        .binaryValue(bytes == null ? null : SdkBytes.fromByteArray(bytes))
        .build();
  }

  private static boolean wanted(String name, List<String> names) {
    for (String wanted : names) {
      String prefix = wanted.endsWith(".*") ? wanted.substring(0, wanted.length() - 1) : null;
      if (wanted.equals("All")
          || wanted.equals(".*")
          || wanted.equals(name)
          || (prefix != null && name.startsWith(prefix))) {
        return true;
      }
    }
    return false;
  }

  // Older clients still ask by the deprecated AttributeNames.
  private static @Nullable Map<String, String> system(
      MessageRecord message, ReceiveMessageRequest request) {
    var all = new TreeMap<String, String>();
    all.put("SenderId", message.sender());
    all.put("SentTimestamp", Long.toString(message.sent().toEpochMilli()));
    all.put("ApproximateReceiveCount", Integer.toString(message.receives()));
    Instant first = message.firstReceived();
    if (first != null) {
      all.put("ApproximateFirstReceiveTimestamp", Long.toString(first.toEpochMilli()));
    }
    if (message.traceHeader() != null) {
      all.put("AWSTraceHeader", message.traceHeader());
    }
    if (message.source() != null) {
      all.put("DeadLetterQueueSourceArn", message.source());
    }
    List<String> names = request.messageSystemAttributeNamesAsStrings();
    @SuppressWarnings("deprecation") // older clients send only this list
    List<String> older = request.attributeNamesAsStrings();
    if (!names.contains("All") && !older.contains("All")) {
      all.keySet().removeIf(n -> !names.contains(n) && !older.contains(n));
    }
    return all.isEmpty() ? null : all;
  }

  private DeleteMessageResponse delete(DeleteMessageRequest request) {
    delete(request.queueUrl(), request.receiptHandle());
    return DeleteMessageResponse.builder().build();
  }

  private void delete(String url, @Nullable String handle) {
    var receipt = Receipt.parse(handle);
    QueueRecord queue = queues.record(url);
    queues.live(queue).delete(receipt.number(), receipt.id()).ifPresent(steps::deleted);
    metrics.deleted(queue);
  }

  private DeleteMessageBatchResponse deleteBatch(DeleteMessageBatchRequest request) {
    Batch<DeleteMessageBatchResultEntry> done =
        Batch.of(
            request.entries(),
            DeleteMessageBatchRequestEntry::id,
            e -> {
              delete(request.queueUrl(), e.receiptHandle());
              return DeleteMessageBatchResultEntry.builder().id(e.id()).build();
            });
    return DeleteMessageBatchResponse.builder()
        .successful(done.successful())
        .failed(done.failed())
        .build();
  }

  private ChangeMessageVisibilityResponse change(ChangeMessageVisibilityRequest request) {
    change(request.queueUrl(), request.receiptHandle(), request.visibilityTimeout());
    return ChangeMessageVisibilityResponse.builder().build();
  }

  private void change(String url, @Nullable String handle, @Nullable Integer seconds) {
    if (seconds == null) {
      throw SqsFailures.missing("VisibilityTimeout");
    }
    var receipt = Receipt.parse(handle);
    queues
        .live(queues.record(url))
        .changeVisibility(receipt.number(), receipt.id(), Duration.ofSeconds(visibility(seconds)));
  }

  private ChangeMessageVisibilityBatchResponse changeBatch(
      ChangeMessageVisibilityBatchRequest request) {
    Batch<ChangeMessageVisibilityBatchResultEntry> done =
        Batch.of(
            request.entries(),
            ChangeMessageVisibilityBatchRequestEntry::id,
            e -> {
              change(request.queueUrl(), e.receiptHandle(), e.visibilityTimeout());
              return ChangeMessageVisibilityBatchResultEntry.builder().id(e.id()).build();
            });
    return ChangeMessageVisibilityBatchResponse.builder()
        .successful(done.successful())
        .failed(done.failed())
        .build();
  }

  private static int visibility(int seconds) {
    return inRange("VisibilityTimeout", seconds, 0, MOST_SECONDS_INVISIBLE);
  }

  private static int inRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw SqsFailures.invalidParameter(
          "Value "
              + value
              + " for parameter "
              + name
              + " is invalid. Reason: Must be between "
              + least
              + " and "
              + most
              + ", if provided.");
    }
    return value;
  }
}
