// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.TreeMap;

/// Rollups as bytes, five or six for each step of a sensor before they are deflated. Smallest and
/// largest values, counts and times are exact. A sum is as exact as adding up is: it is kept with
/// as many places as it has up to its rounding error. The same rollup always gives the same bytes.
public final class RollupCodec {
  private static final byte VERSION = 1;

  private RollupCodec() {}

  /// The bytes of a rollup.
  public static byte[] pack(Rollup rollup) {
    var body = new VarintOutput();
    body.unsigned(rollup.stepMs());
    body.unsigned(rollup.readings());
    body.unsigned(rollup.sensors().size());
    for (var buckets : rollup.sensors()) {
      body.text(buckets.sensor());
      body.text(buckets.unit());
      column(body, rollup.stepMs(), buckets);
    }
    var out = new VarintOutput();
    out.octet(VERSION);
    out.unsigned(body.size());
    out.octets(Deflated.of(body.toByteArray()));
    return out.toByteArray();
  }

  private static void column(VarintOutput out, long stepMs, Buckets buckets) {
    var aggregates = new ArrayList<>(buckets.byStart().values());
    out.unsigned(aggregates.size());
    long before = 0;
    for (long startMs : buckets.byStart().keySet()) {
      out.signed(startMs / stepMs - before);
      before = startMs / stepMs;
    }
    long count = 0;
    for (var aggregate : aggregates) {
      out.signed(aggregate.count() - count);
      count = aggregate.count();
    }
    DecimalScale.write(out, aggregates.stream().mapToDouble(Aggregate::min).toArray());
    DecimalScale.write(out, aggregates.stream().mapToDouble(Aggregate::max).toArray());
    DecimalScale.writeSums(out, aggregates.stream().mapToDouble(Aggregate::sum).toArray());
  }

  /// The rollup of these bytes. Its aggregates tell no times within their steps.
  public static Rollup unpack(byte[] packed) {
    var buffer = ByteBuffer.wrap(packed);
    var in = new VarintInput(buffer);
    int version = in.octet();
    if (version != VERSION) {
      throw new IllegalStateException("rollup: expected version " + VERSION + ", got " + version);
    }
    var body = new VarintInput(ByteBuffer.wrap(Deflated.inflated(buffer, in.unsigned())));
    long stepMs = body.unsigned();
    long readings = body.unsigned();
    int sensors = Math.toIntExact(body.unsigned());
    var all = new ArrayList<Buckets>();
    for (int i = 0; i < sensors; i++) {
      all.add(new Buckets(body.text(), body.text(), column(body, stepMs)));
    }
    return new Rollup(stepMs, readings, all);
  }

  private static TreeMap<Long, Aggregate> column(VarintInput in, long stepMs) {
    int size = Math.toIntExact(in.unsigned());
    var starts = new long[size];
    var counts = new long[size];
    running(in, starts);
    running(in, counts);
    double[] mins = DecimalScale.read(in, size);
    double[] maxs = DecimalScale.read(in, size);
    double[] sums = DecimalScale.read(in, size);
    var byStart = new TreeMap<Long, Aggregate>();
    for (int i = 0; i < size; i++) {
      long startMs = starts[i] * stepMs;
      byStart.put(startMs, new Aggregate(counts[i], mins[i], maxs[i], sums[i], startMs, startMs));
    }
    return byStart;
  }

  private static void running(VarintInput in, long[] into) {
    long before = 0;
    for (int i = 0; i < into.length; i++) {
      before += in.signed();
      into[i] = before;
    }
  }
}
