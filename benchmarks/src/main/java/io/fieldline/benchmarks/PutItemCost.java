// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

final class PutItemCost implements Question {
  private static final int CALLS = 4_000;
  private static final int DATA_BYTES = 300;
  private static final int THREADS = 8;
  private static final int WARM_UP_ROUNDS = 12;

  private final AtomicLong serial = new AtomicLong();

  @Override
  public String name() {
    return "put-item";
  }

  @Override
  public String text() {
    return "How much processor time does a PutItem cost the local stack?";
  }

  @Override
  public String how() {
    return """
    Two stacks run at once, one with `--data` (what a call wrote survives a SIGKILL), one in memory;
    rounds alternate between them. A round is 4,000 signed PutItem calls of the SDK over kept
    connections, each with a new key and 300 bytes of data, as one packed telemetry item has. The
    figure is the processor time of the stack's process (utime + stime of /proc/PID/stat, all its
    threads) divided by the calls. Twelve rounds before, with 8 callers, are for the compiler, which
    takes a third of the processor time until then; they are shown and do not count.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(7);
    var durable = new Samples();
    var durableTogether = new Samples();
    var inMemory = new Samples();
    var answer = new Samples();
    var warmingUp = new Samples();
    try (var kept = new Stack(at, Optional.of(at.folder().resolve("data")));
        var lost = new Stack(at, Optional.empty())) {
      DynamoDbClient keptItems = table(kept);
      DynamoDbClient lostItems = table(lost);
      for (int i = 0; i < WARM_UP_ROUNDS; i++) {
        costMicros(lost, lostItems, THREADS, new Samples());
        warmingUp.add(costMicros(kept, keptItems, THREADS, new Samples()));
      }
      for (int i = 0; i < rounds; i++) {
        report.yardstick().lay();
        inMemory.add(costMicros(lost, lostItems, 1, new Samples()));
        durable.add(costMicros(kept, keptItems, 1, answer));
        durableTogether.add(costMicros(kept, keptItems, THREADS, new Samples()));
      }
    }
    report.atMost("processor time of a durable PutItem", durable.median(), 250, "µs");
    report.ratio("durable / in memory", durable.median() / inMemory.median());
    report.figure("processor time, durable, one caller", "µs", durable);
    report.figure("processor time, durable, " + THREADS + " callers", "µs", durableTogether);
    report.figure("processor time, durable, " + THREADS + " callers, warming up", "µs", warmingUp);
    report.figure("processor time, in memory, one caller", "µs", inMemory);
    report.figure("answer time as the caller sees it, durable, one caller", "µs", answer);
  }

  private static DynamoDbClient table(Stack stack) {
    DynamoDbClient items = stack.client(DynamoDbClient.builder());
    items.createTable(table ->
        table
            .tableName("items")
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))
            .attributeDefinitions(text("pk"), text("sk")));
    return items;
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static AttributeDefinition text(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private double costMicros(Stack stack, DynamoDbClient items, int threads, Samples answers)
      throws Exception {
    double before = stack.program().cpuSeconds();
    try (var callers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        ends.add(callers.submit(() -> put(items, CALLS / threads, answers)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    }
    return (stack.program().cpuSeconds() - before) * 1e6 / CALLS;
  }

  private void put(DynamoDbClient items, int calls, Samples answers) {
    for (int i = 0; i < calls; i++) {
      long number = serial.incrementAndGet();
      Map<String, AttributeValue> item =
          Map.of(
              "pk", AttributeValue.fromS("D#gateway-" + number % 10),
              "sk", AttributeValue.fromS("T#%019d".formatted(number)),
              "n", AttributeValue.fromN(String.valueOf(number)),
              "d", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[DATA_BYTES])));
      long start = System.nanoTime();
      items.putItem(put -> put.tableName("items").item(item));
      answers.add((System.nanoTime() - start) / 1e3);
    }
  }
}
