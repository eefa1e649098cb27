// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What AWS takes for one of something, in us-east-1, without the free tier.
///
/// Source: the pricing pages of AWS IoT Core, Lambda, DynamoDB, SQS, Kinesis, S3, CloudWatch and
/// X-Ray, as read on [#READ_ON]. The page of AWS IoT Core shows the prices of rules by script only;
/// theirs are from public estimates that quote it: check them against the Price List API.
public enum Price {
  /// A minute of one device's connection.
  CONNECTION_MINUTE(0.08e-6),
  /// A message of up to 5 KB that a broker's topic takes or gives; Basic Ingest costs none.
  MESSAGE(1.00e-6),
  /// A rule that a message of up to 5 KB triggers.
  RULE(0.15e-6),
  /// An action of a rule, by the same measure.
  ACTION(0.15e-6),
  /// A read or a change of a device shadow of up to 1 KB.
  SHADOW(1.25e-6),
  /// A request to a standard queue.
  QUEUE_REQUEST(0.40e-6),
  /// A stream on demand, for a month.
  STREAM(29.20),
  /// A gigabyte into such a stream.
  STREAM_GIGABYTE_IN(0.08),
  /// A gigabyte out of it.
  STREAM_GIGABYTE_OUT(0.04),
  /// A gigabyte that Firehose takes, each record rounded up to 5 KB.
  DELIVERY_GIGABYTE(0.035),
  /// An object put into S3.
  OBJECT(5e-6),
  /// A gigabyte in S3 for a month.
  OBJECT_GIGABYTE(0.023),
  /// An invocation of a function.
  INVOCATION(0.20e-6),
  /// A second of a function with a gigabyte, on arm64.
  GIGABYTE_SECOND(0.0000133334),
  /// A write of up to 1 KB, on demand.
  WRITE_UNIT(0.625e-6),
  /// A consistent read of up to 4 KB, on demand.
  READ_UNIT(0.125e-6),
  /// A gigabyte in a table for a month.
  TABLE_GIGABYTE(0.25),
  /// The same, kept for recovery to a point in time.
  RECOVERY_GIGABYTE(0.20),
  /// A gigabyte of log, taken in.
  LOG_GIGABYTE(0.50),
  /// An alarm on one metric, for a month.
  ALARM(0.10),
  /// A metric of one's own, for a month; the first ten thousand.
  METRIC(0.30),
  /// A trace that X-Ray records.
  TRACE(5e-6);

  /// When the prices were read.
  static final String READ_ON = "2026-09-20";

  private final double usd;

  Price(double usd) {
    this.usd = usd;
  }

  double usd() {
    return usd;
  }

  /// Each with its name, and when they were read: as the functions are told.
  public static String listed() {
    return "READ_ON="
        + READ_ON
        + Stream.of(values())
            .map(price -> "," + price.name() + "=" + price.usd)
            .collect(Collectors.joining());
  }
}
