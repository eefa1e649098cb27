// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

/// Puts one value of a metric.
///
/// Source: AWS IoT developer guide, "CloudWatch metrics"; the timestamp is in seconds.
record CloudWatchMetricAction(
    SubstitutionTemplate namespace,
    SubstitutionTemplate metric,
    SubstitutionTemplate value,
    SubstitutionTemplate unit,
    Optional<SubstitutionTemplate> timestamp,
    String role)
    implements RuleAction {
  @Override
  public String name() {
    return "CloudwatchMetricAction";
  }

  @Override
  public Class<?> requestType() {
    return PutMetricDataRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(metric);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var datum =
        MetricDatum.builder()
            .metricName(firing.render(metric))
            .value(number("metricValue", firing.render(value)))
            .unit(firing.render(unit));
    timestamp.ifPresent(at ->
        datum.timestamp(
            Instant.ofEpochSecond((long) number("metricTimestamp", firing.render(at)))));
    calls.asRole(
        role,
        firing.rule(),
        PutMetricDataRequest.builder()
            .namespace(firing.render(namespace))
            .metricData(datum.build())
            .build(),
        PutMetricDataResponse.class);
  }

  private static double number(String field, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new ActionFailure(field + ": expected a number, got '" + text + "'");
    }
  }
}
