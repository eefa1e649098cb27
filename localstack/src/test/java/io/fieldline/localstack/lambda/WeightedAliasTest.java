// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;

/// An alias whose invocations go to two versions.
class WeightedAliasTest {
  private static LambdaBench bench;

  @BeforeAll
  static void publish() {
    bench = new LambdaBench();
    bench.deploy("two", f -> f.environment(e -> e.variables(Map.of("IT", "one"))));
    bench.lambda.publishVersion(r -> r.functionName("two"));
    bench.lambda.updateFunctionConfiguration(
        r -> r.functionName("two").environment(e -> e.variables(Map.of("IT", "two"))));
    bench.lambda.publishVersion(r -> r.functionName("two"));
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  @Test
  void bothVersionsAreInvokedAndEachIsCounted() {
    bench.lambda.createAlias(r ->
        r.functionName("two")
            .name("both")
            .functionVersion("1")
            .routingConfig(c -> c.additionalVersionWeights(Map.of("2", 0.5))));

    var executed = new HashSet<String>();
    int invocations = 0;
    // That 200 fair tosses are all alike happens in none of 10^59 runs.
    while (executed.size() < 2 && invocations < 200) {
      var answer =
          bench.lambda.invoke(r ->
              r.functionName("two:both")
                  .payload(SdkBytes.fromUtf8String("{\"do\":\"variable\",\"name\":\"IT\"}")));
      assertThat(answer.payload().asUtf8String())
          .isEqualTo(answer.executedVersion().equals("1") ? "\"one\"" : "\"two\"");
      executed.add(answer.executedVersion());
      invocations++;
    }

    assertThat(executed).containsExactlyInAnyOrder("1", "2");
    int all = invocations;
    LambdaBench.eventually(
        () -> counted("1") + counted("2"), counted -> counted == all && counted("2") > 0);
    assertThat(bench.lambda.getAlias(r -> r.functionName("two").name("both")).routingConfig())
        .satisfies(c -> assertThat(c.additionalVersionWeights()).isEqualTo(Map.of("2", 0.5)));
    assertThat(bench.lambda.listAliases(r -> r.functionName("two").functionVersion("2")).aliases())
        .extracting(AliasConfiguration::name)
        .contains("both");
    assertThatThrownBy(() -> bench.lambda.deleteFunction(r -> r.functionName("two").qualifier("2")))
        .isInstanceOf(ResourceConflictException.class);
  }

  private static double counted(String version) {
    try (var metrics = bench.client(CloudWatchClient.builder(), LambdaBench.OWNER)) {
      var now = bench.stack.clock().instant();
      return metrics
          .getMetricStatistics(r ->
              r.namespace("AWS/Lambda")
                  .metricName("Invocations")
                  .dimensions(
                      dimension("FunctionName", "two"),
                      dimension("Resource", "two:both"),
                      dimension("ExecutedVersion", version))
                  .startTime(now.minusSeconds(600))
                  .endTime(now.plusSeconds(60))
                  .period(60)
                  .statisticsWithStrings("Sum"))
          .datapoints()
          .stream()
          .mapToDouble(software.amazon.awssdk.services.cloudwatch.model.Datapoint::sum)
          .sum();
    }
  }

  private static Dimension dimension(String name, String value) {
    return Dimension.builder().name(name).value(value).build();
  }

  @Test
  void weightsAreTakenAwayByAnEmptyListAndStayWhereNoneIsGiven() {
    bench.lambda.createAlias(r ->
        r.functionName("two")
            .name("moved")
            .functionVersion("1")
            .routingConfig(c -> c.additionalVersionWeights(Map.of("2", 0.1))));

    var stays = bench.lambda.updateAlias(r -> r.functionName("two").name("moved").description("d"));
    assertThat(stays.routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", 0.1));
    assertThatThrownBy(() ->
            bench.lambda.updateAlias(
                r -> r.functionName("two").name("moved").revisionId("another")))
        .isInstanceOf(PreconditionFailedException.class);

    var gone =
        bench.lambda.updateAlias(r ->
            r.functionName("two")
                .name("moved")
                .functionVersion("2")
                .revisionId(stays.revisionId())
                .routingConfig(c -> c.additionalVersionWeights(Map.of())));
    assertThat(gone.functionVersion()).isEqualTo("2");
    assertThat(gone.routingConfig()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 1.5, Member must have value less than or equal to 1.0",
    "1, 1, 0.5, expected a version besides 1",
    "$LATEST, 2, 0.5, $LATEST is not supported",
    "1, 7, 0.5, Function not found",
  })
  void weightsThatMakeNoSenseAreRefused(
      String version, String other, double weight, String because) {
    assertThatThrownBy(() ->
            bench.lambda.createAlias(r ->
                r.functionName("two")
                    .name("wrong")
                    .functionVersion(version)
                    .routingConfig(c -> c.additionalVersionWeights(Map.of(other, weight)))))
        .hasMessageContaining(because);
    assertThatThrownBy(() -> bench.lambda.getAlias(r -> r.functionName("two").name("wrong")))
        .hasMessageContaining("Cannot find alias");
  }

  @Test
  void aThirdVersionIsRefused() {
    assertThatThrownBy(() ->
            bench.lambda.createAlias(r ->
                r.functionName("two")
                    .name("three")
                    .functionVersion("1")
                    .routingConfig(c -> c.additionalVersionWeights(Map.of("2", 0.1, "3", 0.1)))))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining("cannot be greater than 1");
  }
}
