// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.aws.Environment;
import java.util.HashMap;
import java.util.Map;

/// What AWS takes for one of something, as the stack was told when it was deployed: the table of
/// `fieldline cost`.
///
/// @param readOn the day on which they were read
record Prices(String readOn, Map<String, Double> usd) {
  private static final String READ_ON = "READ_ON";

  static Prices of(Environment environment) {
    var usd = new HashMap<String, Double>();
    var readOn = "";
    for (var one : environment.text("PRICES").split(",")) {
      var parts = one.split("=", 2);
      if (parts[0].equals(READ_ON)) {
        readOn = parts[1];
      } else {
        usd.put(parts[0], Double.valueOf(parts[1]));
      }
    }
    return new Prices(readOn, Map.copyOf(usd));
  }

  double of(String kind) {
    var price = usd.get(kind);
    if (price == null) {
      throw new IllegalStateException("PRICES: expected " + kind + ", got " + usd.keySet());
    }
    return price;
  }
}
