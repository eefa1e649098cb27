// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.*;

@SuppressWarnings("unchecked") // the SDK takes arrays of generic consumers
class CloudWatchTest {
  private LocalStack stack;
  private CloudWatchClient cloudwatch;

  @BeforeEach
  void start() {
    stack = LocalStack.start();
    cloudwatch =
        CloudWatchClient.builder()
            .endpointOverride(stack.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  @AfterEach
  void stop() {
    cloudwatch.close();
    stack.close();
  }

  private void alarm(String name, double threshold) {
    cloudwatch.putMetricAlarm(r ->
        r.alarmName(name)
            .namespace("AWS/Lambda")
            .metricName("Errors")
            .dimensions(d -> d.name("FunctionName").value("ingest"))
            .statistic(Statistic.SUM)
            .period(300)
            .evaluationPeriods(1)
            .threshold(threshold)
            .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
            .treatMissingData("notBreaching")
            .tags(t -> t.key("stage").value("dev")));
  }

  private MetricAlarm described(String name) {
    return cloudwatch.describeAlarms(r -> r.alarmNames(name)).metricAlarms().getFirst();
  }

  @Test
  void anAlarmThatIsPutAgainKeepsItsState() {
    alarm("errors", 0);
    assertThat(described("errors").stateValue()).isEqualTo(StateValue.INSUFFICIENT_DATA);

    cloudwatch.setAlarmState(
        r -> r.alarmName("errors").stateValue(StateValue.ALARM).stateReason("a drill"));
    alarm("errors", 5);

    MetricAlarm alarm = described("errors");
    assertThat(alarm.stateValue()).isEqualTo(StateValue.ALARM);
    assertThat(alarm.stateReason()).isEqualTo("a drill");
    assertThat(alarm.threshold()).isEqualTo(5);
    assertThat(alarm.dimensions()).extracting(Dimension::value).containsExactly("ingest");
    assertThat(alarm.alarmArn())
        .isEqualTo("arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors");
  }

  @Test
  void alarmsAreListedByPageAndPrefix() {
    alarm("b1", 0);
    alarm("b2", 0);
    alarm("a", 0);

    var first = cloudwatch.describeAlarms(r -> r.alarmNamePrefix("b").maxRecords(1));
    var second =
        cloudwatch.describeAlarms(r -> r.alarmNamePrefix("b").nextToken(first.nextToken()));

    assertThat(first.metricAlarms()).extracting(MetricAlarm::alarmName).containsExactly("b1");
    assertThat(second.metricAlarms()).extracting(MetricAlarm::alarmName).containsExactly("b2");
    assertThat(second.nextToken()).isNull();
  }

  @Test
  void deletingAnAlarmThatIsNotThereDeletesNone() {
    alarm("errors", 0);

    assertThatThrownBy(() -> cloudwatch.deleteAlarms(r -> r.alarmNames("errors", "nobody")))
        .isInstanceOf(CloudWatchException.class)
        .hasMessageContaining("nobody");
    assertThat(described("errors")).isNotNull();

    cloudwatch.deleteAlarms(r -> r.alarmNames("errors"));
    assertThat(cloudwatch.describeAlarms().metricAlarms()).isEmpty();
  }

  @Test
  void anAlarmWithoutAThresholdIsRefused() {
    assertThatThrownBy(() ->
            cloudwatch.putMetricAlarm(r ->
                r.alarmName("x")
                    .evaluationPeriods(1)
                    .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)))
        .isInstanceOf(MissingRequiredParameterException.class)
        .hasMessageContaining("Threshold");
  }

  @Test
  void alarmsHaveTags() {
    alarm("errors", 0);
    String arn = described("errors").alarmArn();

    cloudwatch.tagResource(r -> r.resourceARN(arn).tags(t -> t.key("team").value("field")));
    cloudwatch.untagResource(r -> r.resourceARN(arn).tagKeys("stage"));

    assertThat(cloudwatch.listTagsForResource(r -> r.resourceARN(arn)).tags())
        .containsExactly(Tag.builder().key("team").value("field").build());
    assertThatThrownBy(() -> cloudwatch.listTagsForResource(r -> r.resourceARN(arn + "x")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aDashboardComesBackAsItWasPut() {
    String body = "{\"widgets\":[{\"type\":\"text\",\"properties\":{\"markdown\":\"# Pumps\"}}]}";

    cloudwatch.putDashboard(r -> r.dashboardName("pumps").dashboardBody(body));

    assertThat(cloudwatch.getDashboard(r -> r.dashboardName("pumps")).dashboardBody())
        .isEqualTo(body);
    assertThat(cloudwatch.listDashboards().dashboardEntries())
        .singleElement()
        .satisfies(d -> assertThat(d.size()).isEqualTo(body.length()));
    cloudwatch.deleteDashboards(r -> r.dashboardNames("pumps"));
    assertThatThrownBy(() -> cloudwatch.getDashboard(r -> r.dashboardName("pumps")))
        .isInstanceOf(DashboardNotFoundErrorException.class);
  }

  @Test
  void aDashboardThatIsWrongIsRefused() {
    assertThatThrownBy(
            () -> cloudwatch.putDashboard(r -> r.dashboardName("d").dashboardBody("{\"widgets\":")))
        .isInstanceOf(DashboardInvalidInputErrorException.class)
        .hasMessageContaining("Expected JSON");
    assertThatThrownBy(() ->
            cloudwatch.putDashboard(
                r -> r.dashboardName("d").dashboardBody("{\"widgets\":[{\"type\":\"pie\"}]}")))
        .isInstanceOf(DashboardInvalidInputErrorException.class);
  }

  @Test
  void metricsAreReadBackAsStatistics() {
    Instant start = stack.clock().instant().truncatedTo(ChronoUnit.HOURS).minusSeconds(3600);
    put(start.plusSeconds(5), 1, 2, 6);
    put(start.plusSeconds(70), 10);

    var minutes = statistics(start, 60);
    assertThat(minutes).hasSize(2);
    var hour = statistics(start, 3600).getFirst();
    assertThat(hour.timestamp()).isEqualTo(start);
    assertThat(hour.sum()).isEqualTo(19);
    assertThat(hour.average()).isEqualTo(4.75);
    assertThat(hour.maximum()).isEqualTo(10);
    assertThat(hour.unit()).isEqualTo(StandardUnit.COUNT);

    var data =
        cloudwatch
            .getMetricData(r ->
                r.startTime(start)
                    .endTime(start.plus(Duration.ofHours(1)))
                    .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                    .metricDataQueries(q ->
                        q.id("m1")
                            .metricStat(s ->
                                s.period(60)
                                    .stat("Sum")
                                    .metric(m ->
                                        m.namespace("Fieldline")
                                            .metricName("Readings")
                                            .dimensions(site())))))
            .metricDataResults()
            .getFirst();
    assertThat(data.values()).containsExactly(9.0, 10.0);
    assertThat(data.timestamps()).containsExactly(start, start.plusSeconds(60));
  }

  private static Dimension site() {
    return Dimension.builder().name("site").value("north").build();
  }

  private void put(Instant at, double... values) {
    cloudwatch.putMetricData(r ->
        r.namespace("Fieldline")
            .metricData(d ->
                d.metricName("Readings")
                    .dimensions(site())
                    .unit(StandardUnit.COUNT)
                    .timestamp(at)
                    .values(java.util.Arrays.stream(values).boxed().toList())));
  }

  private java.util.List<Datapoint> statistics(Instant start, int period) {
    return cloudwatch
        .getMetricStatistics(r ->
            r.namespace("Fieldline")
                .metricName("Readings")
                .dimensions(site())
                .startTime(start)
                .endTime(start.plus(Duration.ofHours(1)))
                .period(period)
                .statistics(Statistic.SUM, Statistic.AVERAGE, Statistic.MAXIMUM))
        .datapoints();
  }

  @Test
  void metricsAreListedByDimension() {
    put(stack.clock().instant(), 1);

    assertThat(cloudwatch.listMetrics(r -> r.dimensions(d -> d.name("site"))).metrics())
        .extracting(Metric::metricName)
        .containsExactly("Readings");
    assertThat(cloudwatch.listMetrics(r -> r.dimensions(d -> d.name("site").value("x"))).metrics())
        .isEmpty();
  }

  @Test
  void oneWrongDatumKeepsAllOut() {
    Instant old = stack.clock().instant().minus(Duration.ofDays(20));

    assertThatThrownBy(() ->
            cloudwatch.putMetricData(r ->
                r.namespace("Fieldline")
                    .metricData(
                        d -> d.metricName("a").value(1.0),
                        d -> d.metricName("b").value(1.0).timestamp(old))))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining("MetricData.member.2.Timestamp");
    assertThat(cloudwatch.listMetrics().metrics()).isEmpty();
  }

  @Test
  void whatIsNotThereIsRefusedByName() {
    assertThatThrownBy(
            () -> cloudwatch.putCompositeAlarm(r -> r.alarmName("c").alarmRule("ALARM(x)")))
        .hasMessageContaining("cloudwatch:PutCompositeAlarm");
    assertThatThrownBy(() ->
            cloudwatch.getMetricData(r ->
                r.startTime(Instant.EPOCH)
                    .endTime(Instant.now())
                    .metricDataQueries(q -> q.id("e1").expression("m1*2"))))
        .hasMessageContaining("metric math");
  }
}
