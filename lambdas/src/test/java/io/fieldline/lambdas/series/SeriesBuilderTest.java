// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class SeriesBuilderTest {
  private static byte[] item(String unit, long fromMs, int count, long everyMs) {
    var atMs = LongStream.range(0, count).map(i -> fromMs + i * everyMs).toArray();
    var values = LongStream.of(atMs).mapToDouble(at -> at / 1000.0).toArray();
    return PackedCodec.pack(List.of(new Samples("t", unit, atMs, values)));
  }

  @Test
  void fewReadingsComeAsTheyAreSortedAndOnlyThoseOfTheRange() {
    var builder = new SeriesBuilder(new SeriesRange(10_000, 20_000, 1500));

    builder.add(item("", 15_000, 10, 1000));
    builder.add(item("", 5_000, 10, 1000));

    var series = builder.build();
    assertThat(series).hasSize(1);
    assertThat(series.getFirst().stepMs()).isZero();
    assertThat(series.getFirst().timesMs())
        .containsExactly(LongStream.rangeClosed(10, 20).map(s -> s * 1000).toArray());
  }

  @Test
  void manyReadingsAreMergedIntoStepsWithMinMeanMax() {
    var range = new SeriesRange(0, 3_600_000, 1500);
    var builder = new SeriesBuilder(range);
    for (int i = 0; i < 360; i++) {
      builder.add(item("", i * 10_000L, 10, 1000));
    }

    var series = builder.build().getFirst();

    assertThat(range.stepMs()).isEqualTo(3000);
    assertThat(series.stepMs()).isEqualTo(3000);
    assertThat(series.timesMs()).hasSize(1200);
    assertThat(series.timesMs()[1]).isEqualTo(3000);
    assertThat(series.values()[1]).isEqualTo(4);
    assertThat(series.mins()[1]).isEqualTo(3);
    assertThat(series.maxs()[1]).isEqualTo(5);
  }

  @Test
  void noRangeGivesMorePointsThanAllowed() {
    for (long span :
        new long[] {1, 1499, 1500, 1501, 86_400_000, 31_536_000_000L, 34_560_000_000L}) {
      var range = new SeriesRange(123_456, 123_456 + span, 1500);
      long steps = (range.toMs() / range.stepMs()) - (range.fromMs() / range.stepMs()) + 1;
      assertThat(steps).as("span " + span).isLessThanOrEqualTo(1500);
    }
  }

  @Test
  void aSensorThatChangedItsUnitIsTwoSeries() {
    var builder = new SeriesBuilder(new SeriesRange(0, 100_000, 1500));

    builder.add(item("Cel", 0, 5, 1000));
    builder.add(item("K", 50_000, 5, 1000));

    assertThat(builder.build()).extracting(Series::unit).containsExactly("Cel", "K");
  }
}
