// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

/// What many begin with: each value is a message of its own to a broker's topic, a rule invokes a
/// function with it, and that writes an item and the latest state.
final class NaivePipeline {
  private static final double SECONDS = 0.012;
  private static final double GIGABYTES = 0.5;
  private static final double LOG_BYTES = 500;

  private NaivePipeline() {}

  static Bill bill(Load load) {
    var bill = new Bill();
    double values = load.readings();
    bill.add("AWS IoT", "connection minutes", load.connectionMinutes(), Price.CONNECTION_MINUTE);
    bill.add("AWS IoT", "messages", values, Price.MESSAGE);
    bill.add("AWS IoT", "rules triggered", values, Price.RULE);
    bill.add("AWS IoT", "actions", values, Price.ACTION);
    bill.add("Lambda", "invocations", values, Price.INVOCATION);
    bill.add("Lambda", "GB-seconds", values * SECONDS * GIGABYTES, Price.GIGABYTE_SECOND);
    bill.add(
        "DynamoDB",
        "write units: an item each, and the latest state",
        2 * values,
        Price.WRITE_UNIT);
    bill.add("CloudWatch", "GB of log", values * LOG_BYTES / 1e9, Price.LOG_GIGABYTE);
    return bill;
  }
}
