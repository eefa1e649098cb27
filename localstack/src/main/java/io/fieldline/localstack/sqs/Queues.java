// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.*;

/// The queues: made, found, described, tagged, deleted. Standard queues only.
///
/// Assumed: the name of a deleted queue can be used again at once, where SQS asks for a minute.
final class Queues {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:https?://[^/]+/(?:queue/)?)?(?:(\\d{12})/)?([A-Za-z0-9_-]{1,80})");

  private final MVMap<String, QueueRecord> records;
  private final MVMap<String, MessageRecord> kept;
  private final Map<String, Queue> live = new ConcurrentHashMap<>();
  private final StackInfo stack;
  private final InstantSource clock;

  Queues(Store store, StackInfo stack, InstantSource clock) {
    this.records = store.map("sqs.queues", QueueRecord.class);
    this.kept = store.map("sqs.messages", MessageRecord.class);
    this.stack = stack;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(CreateQueueRequest.class, this::create)
        .resource(r -> Caller.current().arn("sqs", r.queueName()));
    api.on(GetQueueUrlRequest.class, this::url)
        .resource(r -> arn(owner(r), r.queueName()))
        .resourcePolicy(r -> policy(QueueRecord.key(owner(r), r.queueName())));
    api.on(ListQueuesRequest.class, this::list);
    api.on(GetQueueAttributesRequest.class, this::attributes)
        .resource(r -> arn(r.queueUrl()))
        .resourcePolicy(r -> policyOf(r.queueUrl()));
    api.on(SetQueueAttributesRequest.class, this::setAttributes)
        .resource(r -> arn(r.queueUrl()))
        .resourcePolicy(r -> policyOf(r.queueUrl()));
    api.on(DeleteQueueRequest.class, this::delete)
        .resource(r -> arn(r.queueUrl()))
        .resourcePolicy(r -> policyOf(r.queueUrl()));
    api.on(PurgeQueueRequest.class, this::purge)
        .resource(r -> arn(r.queueUrl()))
        .resourcePolicy(r -> policyOf(r.queueUrl()));
    api.on(ListDeadLetterSourceQueuesRequest.class, this::sources).resource(r -> arn(r.queueUrl()));
    api.on(TagQueueRequest.class, this::tag).resource(r -> arn(r.queueUrl()));
    api.on(UntagQueueRequest.class, this::untag).resource(r -> arn(r.queueUrl()));
    api.on(ListQueueTagsRequest.class, this::tags).resource(r -> arn(r.queueUrl()));
  }

  private static String owner(GetQueueUrlRequest request) {
    String owner = request.queueOwnerAWSAccountId();
    return owner == null ? Caller.current().accountId() : owner;
  }

  private static String arn(String account, String name) {
    return "arn:aws:sqs:" + Caller.current().region() + ":" + account + ":" + name;
  }

  /// The ARN of the queue with this URL.
  String arn(@Nullable String url) {
    String[] parts = key(url).split("/");
    return arn(parts[0], parts[1]);
  }

  Optional<String> policyOf(@Nullable String url) {
    return policy(key(url));
  }

  private Optional<String> policy(String key) {
    return Optional.ofNullable(records.get(key)).flatMap(QueueRecord::policy);
  }

  /// Only the path of a URL counts, so that a template made for AWS's address works too.
  private static String key(@Nullable String url) {
    if (url == null) {
      throw SqsFailures.missing("QueueUrl");
    }
    Matcher address = ADDRESS.matcher(url);
    if (!address.matches()) {
      throw SqsFailures.invalidAddress(url);
    }
    String account = address.group(1);
    return QueueRecord.key(
        account == null ? Caller.current().accountId() : account, address.group(2));
  }

  QueueRecord record(@Nullable String url) {
    QueueRecord record = records.get(key(url));
    if (record == null) {
      throw SqsFailures.noSuchQueue();
    }
    return record;
  }

  /// The queue that a parameter names.
  QueueRecord byArn(String parameter, String arn) {
    String[] parts = arn.split(":");
    QueueRecord record =
        parts.length == 6 ? records.get(QueueRecord.key(parts[4], parts[5])) : null;
    if (record == null || !record.arn().equals(arn)) {
      throw SqsFailures.noSuchResource(
          "The resource that you specified for the %s parameter doesn't exist."
              .formatted(parameter));
    }
    return record;
  }

  boolean isDeadLetterQueue(QueueRecord record) {
    return records.values().stream()
        .anyMatch(each -> each.redrive().map(Redrive::targetArn).equals(Optional.of(record.arn())));
  }

  Queue live(QueueRecord record) {
    return live.computeIfAbsent(record.key(), key -> new Queue(key, kept, clock));
  }

  List<QueueRecord> all() {
    return List.copyOf(records.values());
  }

  /// The queue with this key, if there is one.
  Optional<Queue> find(String key) {
    return Optional.ofNullable(records.get(key)).map(this::live);
  }

  private String urlOf(QueueRecord record) {
    return stack.endpoint().get() + "/" + record.key();
  }

  private CreateQueueResponse create(CreateQueueRequest request) {
    String name = request.queueName();
    if (name.endsWith(".fifo")) {
      throw SqsFailures.unsupported("A FIFO queue (" + name + ")");
    }
    if (!name.matches("[A-Za-z0-9_-]{1,80}")) {
      throw SqsFailures.invalidParameter(
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length;"
              + " got "
              + name);
    }
    var attributes = QueueAttributes.merged(Map.of(), request.attributesAsStrings());
    Caller caller = Caller.current();
    var made =
        new QueueRecord(
            caller.accountId(),
            caller.region(),
            name,
            attributes,
            request.tags(),
            clock.instant(),
            clock.instant());
    QueueRecord old = records.putIfAbsent(made.key(), made);
    if (old != null) {
      attributes.keySet().stream()
          .filter(a -> !made.attribute(a).equals(old.attribute(a)))
          .findFirst()
          .ifPresent(different -> {
            throw new AwsFailure(
                "QueueNameExists",
                400,
                "A queue already exists with the same name and a different value for attribute "
                    + different);
          });
    }
    return CreateQueueResponse.builder().queueUrl(urlOf(made)).build();
  }

  private GetQueueUrlResponse url(GetQueueUrlRequest request) {
    QueueRecord record = records.get(QueueRecord.key(owner(request), request.queueName()));
    if (record == null) {
      throw SqsFailures.noSuchQueue();
    }
    return GetQueueUrlResponse.builder().queueUrl(urlOf(record)).build();
  }

  private ListQueuesResponse list(ListQueuesRequest request) {
    String prefix = request.queueNamePrefix() == null ? "" : request.queueNamePrefix();
    int most = request.maxResults() == null ? 1000 : request.maxResults();
    String from = request.nextToken() == null ? "" : request.nextToken();
    List<QueueRecord> found =
        records.values().stream()
            .filter(q -> q.account().equals(Caller.current().accountId()))
            .filter(q -> q.name().startsWith(prefix) && q.name().compareTo(from) >= 0)
            .limit(most + 1L)
            .toList();
    boolean more = found.size() > most;
    return ListQueuesResponse.builder()
        .queueUrls(found.stream().limit(most).map(this::urlOf).toList())
        .nextToken(more && request.maxResults() != null ? found.getLast().name() : null)
        .build();
  }

  private GetQueueAttributesResponse attributes(GetQueueAttributesRequest request) {
    QueueRecord record = record(request.queueUrl());
    var all = all(record);
    List<String> wanted = request.attributeNamesAsStrings();
    if (!wanted.contains("All")) {
      all.keySet().retainAll(wanted);
    }
    return GetQueueAttributesResponse.builder().attributesWithStrings(all).build();
  }

  private Map<String, String> all(QueueRecord record) {
    var all = new LinkedHashMap<>(QueueAttributes.DEFAULTS);
    all.putAll(record.attributes());
    var counts = live(record).counts(record.seconds("MessageRetentionPeriod"));
    all.put("QueueArn", record.arn());
    all.put("ApproximateNumberOfMessages", Integer.toString(counts.visible()));
    all.put("ApproximateNumberOfMessagesNotVisible", Integer.toString(counts.inFlight()));
    all.put("ApproximateNumberOfMessagesDelayed", Integer.toString(counts.delayed()));
    all.put("CreatedTimestamp", Long.toString(record.created().getEpochSecond()));
    all.put("LastModifiedTimestamp", Long.toString(record.modified().getEpochSecond()));
    return all;
  }

  private SetQueueAttributesResponse setAttributes(SetQueueAttributesRequest request) {
    QueueRecord record = record(request.queueUrl());
    var attributes = QueueAttributes.merged(record.attributes(), request.attributesAsStrings());
    records.put(record.key(), record.withAttributes(attributes, clock.instant()));
    return SetQueueAttributesResponse.builder().build();
  }

  private DeleteQueueResponse delete(DeleteQueueRequest request) {
    QueueRecord record = record(request.queueUrl());
    records.remove(record.key());
    live(record).clear(true);
    live.remove(record.key());
    return DeleteQueueResponse.builder().build();
  }

  private PurgeQueueResponse purge(PurgeQueueRequest request) {
    live(record(request.queueUrl())).clear(false);
    return PurgeQueueResponse.builder().build();
  }

  private ListDeadLetterSourceQueuesResponse sources(ListDeadLetterSourceQueuesRequest request) {
    String arn = record(request.queueUrl()).arn();
    return ListDeadLetterSourceQueuesResponse.builder()
        .queueUrls(
            records.values().stream()
                .filter(q -> q.redrive().map(r -> r.targetArn().equals(arn)).orElse(false))
                .map(this::urlOf)
                .toList())
        .build();
  }

  private TagQueueResponse tag(TagQueueRequest request) {
    QueueRecord record = record(request.queueUrl());
    var tags = new TreeMap<>(record.tags());
    tags.putAll(request.tags());
    records.put(record.key(), record.withTags(tags));
    return TagQueueResponse.builder().build();
  }

  private UntagQueueResponse untag(UntagQueueRequest request) {
    QueueRecord record = record(request.queueUrl());
    var tags = new TreeMap<>(record.tags());
    tags.keySet().removeAll(request.tagKeys());
    records.put(record.key(), record.withTags(tags));
    return UntagQueueResponse.builder().build();
  }

  private ListQueueTagsResponse tags(ListQueueTagsRequest request) {
    return ListQueueTagsResponse.builder().tags(record(request.queueUrl()).tags()).build();
  }
}
