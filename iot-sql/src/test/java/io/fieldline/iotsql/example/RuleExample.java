// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fieldline.iotsql.IotSql;
import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.MessageContext;
import io.fieldline.iotsql.Result;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Value;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/// The example of docs/reference/iot-sql-library.md.
public final class RuleExample {
  private RuleExample() {}

  /// What a rule with a lookup makes of one message, as text.
  public static String run() {
    // begin
    var rule =
        IotSql.parse(
            "SELECT temperature, get_thing_shadow(topic(2), 'role').state.reported.room AS room"
                + " FROM 'plant/+/telemetry' WHERE temperature > 20",
            SqlVersion.V2016_03_23);
    var key = rule.template("${topic(2)}/${timestamp()}.json");

    var message =
        new Message(
            "plant/gw-1/telemetry",
            "{\"temperature\": 21.5}".getBytes(UTF_8),
            MessageContext.of("123456789012", Instant.ofEpochMilli(1000), new SecureRandom()));
    var lookups =
        new LookupFunctions() {
          @Override
          public Value thingShadow(String thing, Optional<String> shadowName, String roleArn) {
            if (!thing.equals("gw-1")) {
              throw new LookupFailure("no shadow of " + thing);
            }
            return IotSql.json("{\"state\": {\"reported\": {\"room\": \"attic\"}}}");
          }
        };

    return switch (rule.apply(message, lookups)) {
      case Result.NoMatch() -> "the rule does not fire";
      case Result.Failed(var why) -> "the error action runs: " + why;
      case Result.Output output ->
          key.render(message, lookups) + " " + new String(output.bytes(), UTF_8);
    };
    // end
  }
}
