// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.iotsql.IotSql;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.MessageContext;
import io.fieldline.iotsql.Result;
import io.fieldline.iotsql.RuleStatement;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.TopicFilter;
import io.fieldline.iotsql.TopicFilterIndex;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What JMH measures for the question `iot-sql`.
@State(Scope.Thread)
public class SqlEvaluation {
  private static final String TOPIC = "plant/gateway-7/telemetry";
  private static final int OTHER_RULES = 999;

  private final RuleStatement rule =
      IotSql.parse(
          "SELECT *, topic(2) AS thing, timestamp() AS at FROM 'plant/+/telemetry'"
              + " WHERE temperature > 20 AND unit = 'Cel'",
          SqlVersion.V2016_03_23);
  private final RuleStatement condition =
      IotSql.parse(
          "SELECT VALUE 1 FROM 'plant/+/telemetry' WHERE temperature > 20 AND unit = 'Cel'",
          SqlVersion.V2016_03_23);
  private final ObjectMapper jackson = new ObjectMapper();
  private final software.amazon.event.ruler.Machine ruler =
      software.amazon.event.ruler.Machine.builder().build();
  private final byte[] payload = payload().getBytes(UTF_8);
  private final String payloadText = payload();
  private final Message message =
      new Message(
          TOPIC,
          payload,
          MessageContext.of("123456789012", Instant.ofEpochSecond(1_790_000_000), new Random(1)));
  private final TopicFilterIndex<RuleStatement> one = index(0);
  private final TopicFilterIndex<RuleStatement> thousand = index(OTHER_RULES);

  /// Fails unless the rules do what they are measured for.
  public SqlEvaluation() {
    try {
      ruler.addRule("hot", "{\"unit\":[\"Cel\"],\"temperature\":[{\"numeric\":[\">\",20]}]}");
      if (sql().length <= payload.length || !where() || eventRuler().size() != 1) {
        throw new IllegalStateException("the rules do not match the message");
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// 1 KB: a temperature, its unit, and what devices send besides.
  static String payload() {
    var text = new StringBuilder("{\"temperature\":21.5,\"unit\":\"Cel\",\"readings\":[");
    for (int i = 0; text.length() < 960; i++) {
      text.append(i == 0 ? "" : ",");
      text.append("{\"t\":").append(1_790_000_000_000L + i).append(",\"v\":").append(i * 0.25);
      text.append(",\"q\":\"good\"}");
    }
    return text.append("]}").toString();
  }

  private TopicFilterIndex<RuleStatement> index(int others) {
    List<Map.Entry<TopicFilter, RuleStatement>> rules = new ArrayList<>();
    rules.add(Map.entry(new TopicFilter("plant/+/telemetry"), rule));
    for (int i = 0; i < others; i++) {
      rules.add(Map.entry(new TopicFilter("plant/+/other-" + i), rule));
    }
    return new TopicFilterIndex<>(rules);
  }

  @Benchmark
  public byte[] sql() {
    return bytes(rule.apply(message, LookupFunctions.NONE));
  }

  @Benchmark
  public byte[] jacksonParseAndWrite() throws IOException {
    return jackson.writeValueAsBytes(jackson.readTree(payload));
  }

  @Benchmark
  public int oneRule() {
    return run(one);
  }

  @Benchmark
  public int thousandRules() {
    return run(thousand);
  }

  @Benchmark
  public boolean where() {
    return condition.apply(message, LookupFunctions.NONE) instanceof Result.Output;
  }

  @Benchmark
  public List<String> eventRuler() throws Exception {
    return ruler.rulesForJSONEvent(payloadText);
  }

  private int run(TopicFilterIndex<RuleStatement> rules) {
    int bytes = 0;
    for (RuleStatement found : rules.matching(message.topic())) {
      bytes += bytes(found.apply(message, LookupFunctions.NONE)).length;
    }
    return bytes;
  }

  private static byte[] bytes(Result result) {
    return result instanceof Result.Output output ? output.bytes() : new byte[0];
  }
}
