// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.ways.Step.Kind;
import io.fieldline.localstack.ways.Step.Lane;
import io.fieldline.localstack.ways.Ways.Beginning;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// How much is kept, of what, and for how long.
@Isolated("one of its tests counts the heap")
class WaysBoundsTest {
  private static final Ways.Origin ORIGIN = new Ways.Origin(Beginning.PUBLISH, "t", "pump", "p");

  private final Ways ways = new Ways(Clock.systemUTC(), new Random(1), false);

  private Step publish(byte[] payload) {
    Step step = ways.begin(ORIGIN).begin(Kind.PUBLISH, Lane.DEVICE, "t", "arn", "p");
    step.asked(payload);
    return step;
  }

  @Test
  void theOldestWaysGoFirstAndAreCounted() {
    Step first = publish(new byte[10]);
    first.done();
    for (int i = 0; i < Ways.MOST_WAYS; i++) {
      publish(new byte[10]).done();
    }

    Ways.Page page = ways.changedAfter(0, 1_000);
    assertThat(page.forgotten()).isEqualTo(1);
    assertThat(page.isMore()).isTrue();
    assertThat(page.ways()).hasSize(1_000);
    assertThat(ways.way(first.wayId())).isEmpty();
    // What a forgotten way still leads to is not kept, and harms nobody.
    first.begin(Kind.CALL, Lane.TABLE, "dynamodb:PutItem", "", "").done();
    assertThat(ways.way(first.wayId())).isEmpty();
  }

  /// However fast they come: the stack is not slowed by what nobody can follow.
  @Test
  void ofManyMessagesASecondSomeAreKeptAndTheOthersCounted() {
    int publishes = 20 * Ways.MOST_MESSAGES_A_SECOND;
    int kept = 0;
    long beganNanos = System.nanoTime();
    for (int i = 0; i < publishes; i++) {
      kept += ways.beginMessage(ORIGIN).isOnWay() ? 1 : 0;
    }
    long seconds = 2 + (System.nanoTime() - beganNanos) / 1_000_000_000;

    assertThat(kept)
        .isGreaterThanOrEqualTo(Ways.MOST_MESSAGES_A_SECOND)
        .isLessThanOrEqualTo((int) seconds * Ways.MOST_MESSAGES_A_SECOND);
    assertThat(ways.changedAfter(0, 1).passed()).isEqualTo(publishes - kept);
  }

  /// What was there before a busy second is there after it.
  @Test
  void whatIsKeptIsToldThoughNotAllIs() {
    publish(new byte[1]).done();
    while (ways.beginMessage(ORIGIN).isOnWay()) {
      publish(new byte[1]).done();
    }

    Ways.Page page = ways.changedAfter(0, 10);
    assertThat(page.ways()).isNotEmpty().allMatch(way -> !way.at().isBefore(page.since()));
    assertThat(page.wholeSince()).isAfterOrEqualTo(page.ways().getFirst().at());
    assertThat(page.forgotten()).isZero();
  }

  @Test
  void onlyWhatChangedIsToldAgain() {
    Step one = publish(new byte[1]);
    Step other = publish(new byte[1]);
    long seen = ways.changedAfter(0, 10).revision();

    one.done();

    Ways.Page page = ways.changedAfter(seen, 10);
    assertThat(page.ways()).extracting(Way::id).containsExactly(one.wayId());
    assertThat(ways.changedAfter(page.revision(), 10).ways()).isEmpty();
    other.failed("no");
    assertThat(ways.changedAfter(page.revision(), 10).ways())
        .extracting(Way::outcome)
        .containsExactly(Step.Outcome.FAILED);
  }

  /// A page that knows a stack of before gets all that there is.
  @Test
  void aRevisionOfAnotherStackIsNone() {
    publish(new byte[1]).done();

    assertThat(ways.changedAfter(Long.MAX_VALUE, 10).ways()).hasSize(1);
    assertThat(ways.changedAfter(1, 10).ways()).hasSize(1);
  }

  @Test
  void aMillionPublishesLeaveTheHeapWhereItWas() {
    for (int i = 0; i < 50_000; i++) {
      publishAndStore();
    }
    long before = usedBytes();

    for (int i = 0; i < 1_000_000; i++) {
      publishAndStore();
    }

    // Kept, these would be a gigabyte and more.
    assertThat(usedBytes() - before).isLessThan(32L * 1024 * 1024);
    Ways.Page page = ways.changedAfter(0, 1);
    assertThat(page.forgotten()).isGreaterThan(1_000_000);
  }

  private void publishAndStore() {
    Step publish = publish(new byte[1_024]);
    for (int i = 0; i < 3; i++) {
      Step call = publish.begin(Kind.CALL, Lane.TABLE, "dynamodb:PutItem", "table", "role");
      call.asked(new byte[512]);
      call.done();
    }
    publish.done();
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void payloadsThatAreKeptWholeHaveABoundTogether() {
    var whole = new Ways(Clock.systemUTC(), new Random(1), true);
    String first = "";
    for (int i = 0; i < 600; i++) {
      Step step = whole.begin(ORIGIN).begin(Kind.PUBLISH, Lane.DEVICE, "t", "arn", "p");
      step.asked(new byte[128 * 1024]);
      step.done();
      first = first.isEmpty() ? step.wayId() : first;
    }

    assertThat(whole.way(first)).isEmpty();
    assertThat(whole.changedAfter(0, 1_000).ways()).hasSize(512);
  }

  @Test
  void oneWayHasABoundOfItsOwn() {
    Step publish = publish(new byte[1]);
    for (int i = 0; i < 2 * Trace.MOST_STEPS; i++) {
      publish.begin(Kind.DELIVERY, Lane.DEVICE, "subscriber-" + i, "", "").done();
    }

    assertThat(ways.way(publish.wayId()).orElseThrow().size()).isEqualTo(Trace.MOST_STEPS);
  }

  @Test
  void aBatchMeetsAndIsOnEachWay() {
    Step one = publish("one".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Step two = publish("two".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Step met = ways.meet(List.of(one.header(), two.header(), "nonsense"), ORIGIN);
    met.begin(Kind.INVOCATION, Lane.FUNCTION, "f", "arn", "role").done();

    for (Step each : List.of(one, two)) {
      Step other = each == one ? two : one;
      Way way = ways.way(each.wayId()).orElseThrow();
      Way.Numbered invocation = way.steps().getLast();
      assertThat(invocation.parent()).isEqualTo(1);
      assertThat(invocation.shared()).containsExactly(other.wayId());
    }
    assertThat(ways.way(met.wayId())).isEmpty();
  }

  /// As calls of two threads of a function whose way was forgotten.
  @Test
  void twoAtOnceUnderAHeaderThatIsNotKnownAreOneWay() {
    var header = TraceHeader.parse("Root=1-0000000b-0000000000000000000000bb");
    Step one = ways.resume(header, ORIGIN);
    Step other = ways.resume(header, ORIGIN);
    assertThat(ways.changedAfter(0, 10).ways()).as("nothing was done yet").isEmpty();

    one.begin(Kind.CALL, Lane.OTHER, "s3:GetObject", "", "role").done();
    other.begin(Kind.CALL, Lane.OTHER, "s3:PutObject", "", "role").done();

    assertThat(ways.changedAfter(0, 10).ways()).hasSize(1);
    assertThat(ways.way(one.wayId()).orElseThrow().size()).isEqualTo(2);
  }

  /// A function's answer may quote all of its message.
  @Test
  void aReasonIsKeptAsFarAsItIsRead() {
    Step step = publish(new byte[1]);
    step.failed("{\"token\":\"hush\"}" + "x".repeat(100_000));

    String why = ways.way(step.wayId()).orElseThrow().steps().getFirst().step().why();
    assertThat(why).startsWith("{\"token\":\"***\"}xx").endsWith("…").hasSizeLessThan(1_010);
  }

  @Test
  void aHeaderOfAWayThatIsNotKnownBeginsOne() {
    var header = TraceHeader.parse("Root=1-0000000a-0000000000000000000000aa;Sampled=1");

    Step step =
        ways.resume(header, ORIGIN).begin(Kind.CALL, Lane.OTHER, "s3:GetObject", "", "role");

    assertThat(step.wayId()).isEqualTo("1-0000000a-0000000000000000000000aa");
    assertThat(step.sampled()).isTrue();
    assertThat(ways.way(step.wayId())).isPresent();
  }
}
