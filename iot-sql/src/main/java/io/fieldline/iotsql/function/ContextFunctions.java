// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// What is known of the message besides its payload. Source: AWS IoT developer guide, "Functions".
final class ContextFunctions {
  private static final long VERSION_BITS = 0xf000L;
  private static final long VERSION_4 = 0x4000L;

  private ContextFunctions() {}

  /// `topic()` is the whole topic, `topic(n)` its n-th level from 1.
  static Value topic(Arguments in, CallScope scope) {
    var topic = scope.message().ruleTopic();
    if (in.count() == 0) {
      return new Text(topic);
    }
    var levels = topic.split("/", -1);
    return in.index(0)
        .filter(n -> n >= 1 && n <= levels.length)
        .<Value>map(n -> new Text(levels[n - 1]))
        .orElse(Value.UNDEFINED);
  }

  static Value clientId(Arguments in, CallScope scope) {
    return new Text(scope.message().context().clientId().orElse("n/a"));
  }

  static Value principal(Arguments in, CallScope scope) {
    return orUndefined(scope.message().context().principal());
  }

  static Value accountId(Arguments in, CallScope scope) {
    return new Text(scope.message().context().accountId());
  }

  static Value traceId(Arguments in, CallScope scope) {
    return orUndefined(scope.message().context().traceId());
  }

  static Value sourceIp(Arguments in, CallScope scope) {
    return orUndefined(scope.message().context().sourceIp());
  }

  static Value sqlVersion(Arguments in, CallScope scope) {
    return new Text(scope.version().awsName());
  }

  static Value newUuid(Arguments in, CallScope scope) {
    var random = scope.message().context().random();
    long high = (random.nextLong() & ~VERSION_BITS) | VERSION_4;
    long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
    return new Text(new UUID(high, low).toString());
  }

  static Value mqttProperty(Arguments in, CallScope scope) {
    var mqtt5 = scope.message().context().mqtt5();
    return switch (in.text(0).orElse("")) {
      case "format_indicator" -> new Text(mqtt5.utf8Payload() ? "UTF8_DATA" : "UNSPECIFIED_BYTES");
      case "content_type" -> orUndefined(mqtt5.contentType());
      case "response_topic" -> orUndefined(mqtt5.responseTopic());
      case "correlation_data" -> orUndefined(mqtt5.correlationDataBase64());
      default -> Value.UNDEFINED;
    };
  }

  /// With a key the array of its values, or `Undefined`; without one all pairs in their order.
  static Value userProperties(Arguments in, CallScope scope) {
    var properties = scope.message().context().mqtt5().userProperties();
    List<Value> found = new ArrayList<>();
    if (in.count() == 0) {
      for (Map.Entry<String, String> pair : properties) {
        found.add(new Obj(Map.of(pair.getKey(), new Text(pair.getValue()))));
      }
    } else {
      var key = in.text(0).orElse("");
      for (Map.Entry<String, String> pair : properties) {
        if (pair.getKey().equals(key)) {
          found.add(new Text(pair.getValue()));
        }
      }
    }
    return found.isEmpty() ? Value.UNDEFINED : new Array(found);
  }

  private static Value orUndefined(Optional<String> text) {
    return text.<Value>map(Text::new).orElse(Value.UNDEFINED);
  }
}
