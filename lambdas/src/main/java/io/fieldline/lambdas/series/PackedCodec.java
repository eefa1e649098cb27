// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Readings as bytes, about one a reading: a head with the aggregate of each sensor, readable
/// without inflating, then the deflated columns of time and value deltas. Exact: every time and
/// every bit of a value comes back. The same readings always give the same bytes.
public final class PackedCodec {
  private static final byte VERSION = 1;

  private PackedCodec() {}

  /// The head of one sensor.
  ///
  /// @param sensor its name
  /// @param unit its unit, empty if it has none
  /// @param aggregate of its readings
  public record Head(String sensor, String unit, Aggregate aggregate) {}

  /// The bytes of these columns.
  public static byte[] pack(List<Samples> columns) {
    var out = new VarintOutput();
    out.octet(VERSION);
    out.unsigned(columns.size());
    var body = new VarintOutput();
    for (var column : columns) {
      var aggregate = column.aggregate();
      out.text(column.sensor());
      out.text(column.unit());
      out.unsigned(aggregate.count());
      out.real(aggregate.min());
      out.real(aggregate.max());
      out.real(aggregate.sum());
      out.signed(aggregate.firstMs());
      out.unsigned(aggregate.lastMs() - aggregate.firstMs());
      columnBody(body, column);
    }
    out.unsigned(body.size());
    out.octets(Deflated.of(body.toByteArray()));
    return out.toByteArray();
  }

  private static void columnBody(VarintOutput body, Samples column) {
    long before = column.atMs()[0];
    body.signed(before);
    for (int i = 1; i < column.atMs().length; i++) {
      body.signed(column.atMs()[i] - before);
      before = column.atMs()[i];
    }
    DecimalScale.write(body, column.values());
  }

  /// The heads alone.
  public static List<Head> heads(byte[] packed) {
    return heads(new VarintInput(ByteBuffer.wrap(packed)));
  }

  private static List<Head> heads(VarintInput in) {
    int version = in.octet();
    if (version != VERSION) {
      throw new IllegalStateException(
          "packed readings: expected version " + VERSION + ", got " + version);
    }
    int sensors = Math.toIntExact(in.unsigned());
    var heads = new ArrayList<Head>();
    for (int i = 0; i < sensors; i++) {
      var sensor = in.text();
      var unit = in.text();
      long count = in.unsigned();
      double min = in.real();
      double max = in.real();
      double sum = in.real();
      long firstMs = in.signed();
      heads.add(
          new Head(
              sensor, unit, new Aggregate(count, min, max, sum, firstMs, firstMs + in.unsigned())));
    }
    return heads;
  }

  /// The columns of these bytes.
  public static List<Samples> unpack(byte[] packed) {
    var buffer = ByteBuffer.wrap(packed);
    var in = new VarintInput(buffer);
    var heads = heads(in);
    var body = new VarintInput(ByteBuffer.wrap(Deflated.inflated(buffer, in.unsigned())));
    var columns = new ArrayList<Samples>();
    for (var head : heads) {
      int count = Math.toIntExact(head.aggregate().count());
      var atMs = new long[count];
      long before = 0;
      for (int i = 0; i < count; i++) {
        before += body.signed();
        atMs[i] = before;
      }
      columns.add(new Samples(head.sensor(), head.unit(), atMs, DecimalScale.read(body, count)));
    }
    return columns;
  }
}
