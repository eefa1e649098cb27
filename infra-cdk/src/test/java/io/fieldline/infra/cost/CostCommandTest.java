// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.fieldline.infra.StageConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class CostCommandTest {
  private static final StageConfig CONFIG =
      with(new StageConfig.Delivery(StageConfig.Buffer.SQS, Optional.empty()));

  private static StageConfig with(StageConfig.Delivery delivery) {
    return with(delivery, false);
  }

  private static StageConfig with(StageConfig.Delivery delivery, boolean tracing) {
    return new StageConfig(
        "test",
        false,
        30,
        365,
        90,
        7,
        true,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        delivery,
        new StageConfig.Place(Optional.empty(), Optional.empty()),
        false,
        List.of(),
        Optional.empty(),
        tracing,
        Map.of());
  }

  /// Without connections: they are the same in both.
  private static double perMillion(Bill bill, Load load) {
    double connections = bill.quantity(Price.CONNECTION_MINUTE) * Price.CONNECTION_MINUTE.usd();
    return (bill.usd() - connections) / load.readings() * 1e6;
  }

  /// Source: the sum of 1.00 + 0.30 + 0.28 + 1.25 + 0.25 USD.
  @Test
  void aMessageAndAnItemForEachValueCostsThreeDollarsAMillion() {
    var load = new Load(1000, 4, 10, 1);

    assertThat(perMillion(NaivePipeline.bill(load), load)).isCloseTo(3.08, within(0.01));
  }

  /// The goals of the plan: 9,000 write units a million readings at 240 readings a message, the
  /// latest state in it; 5,000 without.
  @Test
  void aMillionReadingsInFullBatchesTakeNineThousandWriteUnitsAtMost() {
    var load = new Load(1000, 4, 1, 60);
    var bill = OurPipeline.bill(load, CONFIG);

    assertThat(load.readingsPerMessage()).isEqualTo(240);
    double millions = load.readings() / 1e6;
    assertThat(bill.quantity(Price.WRITE_UNIT) / millions).isLessThanOrEqualTo(9000);
    double latest =
        bill.lines().stream()
            .filter(line -> line.what().equals("write units: latest state"))
            .mapToDouble(Bill.Line::quantity)
            .sum();
    assertThat((bill.quantity(Price.WRITE_UNIT) - latest) / millions).isLessThanOrEqualTo(5000);
  }

  @Test
  void aFleetThatGathersForAMinuteCostsAFifteenthOfANaiveOne() {
    var load = new Load(1000, 4, 10, 60);

    double ours = perMillion(OurPipeline.bill(load, CONFIG), load);
    assertThat(ours).isBetween(0.1, 0.2);
    assertThat(perMillion(NaivePipeline.bill(load), load) / ours).isGreaterThan(15);
  }

  @Test
  void theTextTellsEachPartAndWhenThePricesWereRead() {
    String text = CostCommand.text(new Load(50, 4, 10, 1), CONFIG);

    assertThat(text)
        .contains("50 devices, 4 sensors each", Price.READ_ON, "ratio: ", "not in it: ")
        .contains("DynamoDB", "Lambda", "SQS", "AWS IoT", "CloudWatch");
  }

  /// Between fifty and a thousand devices that each publish every ten seconds.
  @Test
  void aStreamPaysForAFleetThatSaysMuch() {
    var stream = with(new StageConfig.Delivery(StageConfig.Buffer.KINESIS, Optional.empty()));
    var few = new Load(50, 4, 10, 1);
    var many = new Load(1000, 4, 10, 1);

    assertThat(OurPipeline.bill(few, stream).usd())
        .isGreaterThan(OurPipeline.bill(few, CONFIG).usd());
    assertThat(OurPipeline.bill(many, stream).usd())
        .isLessThan(OurPipeline.bill(many, CONFIG).usd());
  }

  @Test
  void anArchiveIsInTheBill() {
    var archived = with(new StageConfig.Delivery(StageConfig.Buffer.SQS, Optional.of(365)));

    assertThat(CostCommand.text(new Load(50, 4, 10, 60), archived)).contains("Firehose", "S3");
    assertThat(CostCommand.text(new Load(50, 4, 10, 60), CONFIG)).doesNotContain("Firehose", "S3");
  }

  /// The first of each second is traced, and five of a hundred of the others.
  @Test
  void tracesAreInTheBillOfAStageThatMakesThem() {
    var traced = with(CONFIG.delivery(), true);
    var few = new Load(1, 4, 600, 60);
    var many = new Load(100_000, 4, 10, 1);

    assertThat(OurPipeline.bill(few, CONFIG).quantity(Price.TRACE)).isZero();
    var ofFew = OurPipeline.bill(few, traced);
    assertThat(ofFew.quantity(Price.TRACE))
        .as("each, where they come one by one")
        .isCloseTo(ofFew.quantity(Price.INVOCATION), withinPercentage(1));
    var ofMany = OurPipeline.bill(many, traced);
    double seconds = 2_592_000;
    assertThat(ofMany.quantity(Price.TRACE))
        .isGreaterThan(seconds)
        .isLessThan(seconds + 0.06 * ofMany.quantity(Price.INVOCATION));
  }

  /// Ten minutes of what a month has 4,320 times, but for what does not come that often.
  @Test
  void aRunIsASmallPartOfAMonthWithoutWhatIsPaidByTheMonth() {
    var run = new Load(1000, 4, 1, 60, 0, new Period(600, 1.0 / 6, 60));
    var ofRun = OurPipeline.bill(run, CONFIG);
    var ofMonth = OurPipeline.bill(new Load(1000, 4, 1, 60), CONFIG);

    for (var price : List.of(Price.RULE, Price.QUEUE_REQUEST, Price.INVOCATION, Price.WRITE_UNIT)) {
      assertThat(ofRun.quantity(price) * 4320)
          .as(price.name())
          .isCloseTo(ofMonth.quantity(price), withinPercentage(0.01));
    }
    assertThat(ofRun.quantity(Price.ALARM) + ofRun.quantity(Price.TABLE_GIGABYTE)).isZero();
  }

  /// One alone where few come, ten where more come than can be taken.
  @Test
  void messagesComeTogetherWhereFunctionsAreBusy() {
    assertThat(together(Pace.AWS, 0.01)).isCloseTo(1, within(0.001));
    assertThat(together(Pace.AWS, 100_000)).isCloseTo(10, within(0.01));
    var alone = new Pace(1, 0, 0.03, 0.03, OptionalDouble.empty());
    var five = new Pace(5, 0, 0.03, 0.03, OptionalDouble.empty());
    assertThat(together(alone, 17)).isGreaterThan(together(five, 17));
    var load = new Load(1000, 4, 1, 60);
    var counted = new Pace(5, 0, 0.03, 0.03, OptionalDouble.of(1.2));
    assertThat(OurPipeline.bill(load, CONFIG, five).quantity(Price.INVOCATION))
        .isGreaterThan(OurPipeline.bill(load, CONFIG, counted).quantity(Price.INVOCATION));
  }

  private static double together(Pace pace, double messagesPerSecond) {
    return Rehearsal.of(pace, messagesPerSecond).messagesPerInvocation();
  }

  /// Each environment knows what it heard itself, so several look a device up more often than one.
  @Test
  void eachEnvironmentLooksForItself() {
    var load = new Load(1000, 4, 1, 60);
    var slow = new Pace(5, 0.08, 0.03, 0.006, OptionalDouble.empty());
    var alone = new Pace(1, 0.08, 0.03, 0.006, OptionalDouble.empty());

    var shares = Rehearsal.of(slow, load.messagesPerSecond()).shares();
    assertThat(shares).hasSize(5);
    assertThat(shares.stream().mapToDouble(share -> share).sum()).isCloseTo(1, within(1e-9));
    assertThat(Rehearsal.of(alone, load.messagesPerSecond()).shares()).containsExactly(1.0);
    assertThat(OurPipeline.bill(load, CONFIG, slow).quantity(Price.READ_UNIT))
        .isGreaterThan(OurPipeline.bill(load, CONFIG, alone).quantity(Price.READ_UNIT));
  }

  @Test
  void theLinesAddUpToTheBill() {
    var bill = OurPipeline.bill(new Load(50, 4, 10, 60), CONFIG);

    var usd =
        CostCommand.lines(bill).lines().mapToDouble(l -> Double.parseDouble(l.split("\t")[4]));
    assertThat(usd.sum()).isCloseTo(bill.usd(), within(1e-6));
  }

  @Test
  void alarmRulesAreReadWithEachBatch() {
    var none = new Load(100, 4, 1, 60, 0, Period.MONTH);
    var ten = new Load(100, 4, 1, 60, 10, Period.MONTH);

    double more =
        OurPipeline.bill(ten, CONFIG).quantity(Price.READ_UNIT)
            - OurPipeline.bill(none, CONFIG).quantity(Price.READ_UNIT);
    assertThat(more).isCloseTo(10 * 43_200, within(1.0));
  }

  @Test
  void aFleetOfNobodyIsRefused() {
    assertThatThrownBy(() -> new Load(0, 4, 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one device");
  }
}
