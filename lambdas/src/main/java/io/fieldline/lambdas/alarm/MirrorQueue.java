// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.AlarmSubject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Where is told whose agents are to know other alarm rules than before: of what is about to change
/// with a delay, so that it is told whatever ends the function, and at once of what has changed.
///
/// @param url of the queue of the function that writes shadows
public record MirrorQueue(SqsClient queues, String url) {
  /// How many things a part has: it takes some seconds of the function's time.
  public static final int AT_ONCE = 25;

  /// What a message of these has.
  public static final String MIRROR = "mirror";

  /// A rule about these has come, gone or changed.
  public void tell(AlarmSubject subject) {
    tell(subject, Duration.ZERO);
  }

  /// The same, in so long: it still changes.
  public void tell(AlarmSubject subject, Duration in) {
    var kind =
        switch (subject) {
          case AlarmSubject.Device _ -> "device";
          case AlarmSubject.Group _ -> "group";
          case AlarmSubject.Type _ -> "type";
        };
    send(Map.of(kind, subject.name()), in);
  }

  /// The devices of these things are in other groups than before, or of another type.
  public void tell(Collection<String> things) {
    tell(things, Duration.ZERO);
  }

  /// The same, in so long: they still change.
  public void tell(Collection<String> things, Duration in) {
    var all = things.stream().distinct().toList();
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      var part = List.copyOf(all.subList(from, Math.min(all.size(), from + AT_ONCE)));
      send(Map.of("things", part), in);
    }
  }

  /// What was told, once more, from after a device on.
  public void tellRest(JsonObject mirror, String after) {
    var rest = new LinkedHashMap<>(mirror.members());
    rest.put("after", after);
    send(rest, Duration.ZERO);
  }

  private void send(Map<String, Object> mirror, Duration in) {
    var body = new String(JsonObject.write(Map.of(MIRROR, mirror)), StandardCharsets.UTF_8);
    queues.sendMessage(
        send -> send.queueUrl(url).messageBody(body).delaySeconds((int) in.toSeconds()));
  }
}
