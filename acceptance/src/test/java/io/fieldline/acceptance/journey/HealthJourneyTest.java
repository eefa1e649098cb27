// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// How the pipeline is, from what its own parts have measured.
@SharesPipeline
class HealthJourneyTest {
  /// Functions are measured by the minute, and an answer is given for half of one.
  private static final Duration MEASURED_WITHIN = Duration.ofSeconds(150);

  @Test
  void anOperatorSeesWhatIsStoredWhatWaitsAndWhatIsOn(Pipeline pipeline) throws Exception {
    Person operator = pipeline.person("operator");
    try (Agent agent = pipeline.gateway("health-1").agent("").connected()) {
      agent.hears("t=1");

      var metrics = pipeline.aws().client(CloudWatchClient.builder());
      JsonNode health =
          Await.until(
              "stored and invoked, and the alarm that is on",
              MEASURED_WITHIN,
              () -> {
                // A drill, as the runbook has it. It goes back by itself, within a minute.
                metrics.setAlarmState(set ->
                    set.alarmName("fieldline-dev-authorizer-failures")
                        .stateValue(StateValue.ALARM)
                        .stateReason("a drill"));
                return operator.get("/health").body();
              },
              body ->
                  !body.path("readings").isEmpty()
                      && of(body, "functions", "function", "telemetry").path("invocations").asInt()
                          > 0
                      && of(body, "alarms", "alarm", "authorizer-failures").has("runbook"));
      assertThat(health.path("watched").asInt()).isGreaterThanOrEqualTo(10);
      assertThat(health.path("functions")).hasSizeGreaterThan(10);
      assertThat(of(health, "queues", "queue", "ingest-dead").path("deadLetters").asBoolean())
          .isTrue();
      assertThat(of(health, "alarms", "alarm", "authorizer-failures").path("runbook").asText())
          .endsWith("answer-alarms.md#authorizer-failures");
    }
    assertThat(pipeline.person("viewer").get("/health").status()).isEqualTo(403);
  }

  private static JsonNode of(JsonNode body, String list, String member, String name) {
    for (JsonNode one : body.path(list)) {
      if (one.path(member).asText().equals(name)) {
        return one;
      }
    }
    return body.path("none");
  }
}
