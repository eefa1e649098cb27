// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PackedCodecTest {
  private static Samples random(Random random, String sensor, int count) {
    var atMs = new long[count];
    var values = new double[count];
    long time = 1_764_042_000_000L;
    double value = 20;
    int kind = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      time += 1000 + random.nextInt(40) - 20;
      value += random.nextGaussian() * 0.1;
      atMs[i] = random.nextInt(50) == 0 ? time - 5000 : time;
      values[i] =
          switch (kind) {
            case 0 -> Math.rint(value * 100) / 100;
            case 1 -> Math.rint(value);
            case 2 -> value;
            case 3 -> random.nextBoolean() ? -0.0 : 0.0;
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300);
          };
    }
    return new Samples(sensor, "Cel", atMs, values);
  }

  @Test
  void everyTimeAndEveryBitOfAValueComesBack() {
    var random = new Random(3);
    for (int round = 0; round < 300; round++) {
      var columns = new ArrayList<Samples>();
      for (int sensor = 0; sensor <= random.nextInt(4); sensor++) {
        columns.add(random(random, "s" + sensor, 1 + random.nextInt(100)));
      }

      var packed = PackedCodec.pack(columns);

      var unpacked = PackedCodec.unpack(packed);
      assertThat(unpacked).hasSameSizeAs(columns);
      for (int i = 0; i < columns.size(); i++) {
        assertThat(unpacked.get(i).sensor()).isEqualTo(columns.get(i).sensor());
        assertThat(unpacked.get(i).atMs()).isEqualTo(columns.get(i).atMs());
        assertThat(bits(unpacked.get(i))).isEqualTo(bits(columns.get(i)));
        assertThat(PackedCodec.heads(packed).get(i).aggregate())
            .isEqualTo(columns.get(i).aggregate());
      }
    }
  }

  private static long[] bits(Samples samples) {
    return java.util.Arrays.stream(samples.values())
        .mapToLong(Double::doubleToRawLongBits)
        .toArray();
  }

  @Test
  void aThousandReadingsOfTwoPlacesNeedAboutAByteEach() {
    var atMs = new long[1000];
    var values = new double[1000];
    var random = new Random(5);
    double value = 21;
    for (int i = 0; i < atMs.length; i++) {
      value += random.nextGaussian() * 0.05;
      atMs[i] = 1_764_042_000_000L + i * 1000L;
      values[i] = Math.rint(value * 100) / 100;
    }

    var packed = PackedCodec.pack(List.of(new Samples("temperature", "Cel", atMs, values)));

    assertThat(packed).hasSizeLessThan(1024);
  }
}
